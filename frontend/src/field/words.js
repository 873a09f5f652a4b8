/** Every word of the field app, in both languages. A test asks that both have the same keys. */

import { state } from "./state.js";

export const WORDS = {
  zh: {
    app: "网格外勤", demo: "演示数据，人物均为虚构", loading: "正在打开……",
    today: "今天", households: "住户", map: "地图", forms: "表单", outbox: "待发", settings: "设置", back: "返回",
    // --- opening and closing ---
    newTitle: "让这部手机离线可用",
    newWhat: "手机会保存您今天网格的住户名单、表单和地图，没有网络也能填写，有网络时自动发送。保存的内容都加密，只有口令能打开。",
    newName: "给这部手机起个名字", newNameHint: "丢失时好认，例如“蓝色手机”。", pass: "口令", passAgain: "再输入一次口令",
    passRules: "至少8个字符，其中至少5个不同；只用数字时至少10位；不能是连续的（如12345678）。",
    passLost: "口令只在您心里：忘了口令，手机里还没发送的表单就再也打不开了。",
    triesRule: "口令连续输错8次，或8天没有连上服务器，手机就不能自行打开，要先登录再输入口令；待发的表单不会丢。",
    setUp: "开始使用", setting: "正在准备手机……", signInFirst: "请先登录", signInWhat: "设置手机要登录您的网格员账号。登录后会回到这里。", signIn: "去登录",
    signedInAs: "已登录：{name}", notWorker: "这个账号不能设置手机：{why}", otherAccount: "退出，换一个账号",
    passShort: "口令太短：至少8个字符。", passSame: "口令太简单：至少要有5个不同的字符。", passDigits: "只用数字时至少10位。", passRun: "口令不能是连续的字符。", passDiffers: "两次输入的口令不一样。", noName: "请给手机起个名字。",
    needsHttps: "这个浏览器或网址不能安全保存内容：请用https网址，并使用较新的浏览器（Chrome 103、Safari 16.4、Firefox 102或更新）。", lockedTitle: "输入口令打开", open: "打开", opening: "正在打开……", wrong: "口令不对。还可以试{n}次，之后要登录才能打开。", wrongFar: "口令不对。",
    waitingSealed: "有{n}份表单加密保存在手机里，等待发送。", draftsSealed: "还有{n}份没填完的草稿，也加密保存着。", signInThen: "请先登录您自己的账号，再回到这里输入口令。",
    farTitle: "请登录后输入口令", farWhat: "口令错得太多，或者很久没有连上服务器，手机不再自行打开。登录您的账号，再输入口令；待发的表单都还在。", farOpen: "登录后打开",
    revokedTitle: "这部手机的密钥已停用", revokedWhat: "住户名单、表单和事项已从手机删除。待发的表单和没填完的草稿仍加密保存：请县级管理员放行，您登录并输入口令后就能发送。",
    needNet: "现在连不上服务器，请有网络时再试。", startOver: "清空手机，重新开始", startOverSure: "手机里的全部内容会删除，其中{n}份待发的表单再也找不回来。确定吗？", yesDelete: "确定删除", no: "不",
    lock: "锁上", locked: "手机已按您的要求锁上。", lockedRest: "{n}分钟没有使用，手机已自动锁上。", lockedAway: "应用关闭过、在别处打开，或被浏览器停下过，需要口令才能打开。", backThere: "输入口令后会回到刚才的地方，没填完的内容都在。",
    // --- speaking with the server ---
    syncBusy: "正在与服务器同步……", syncAway: "没有网络，内容已存本机", syncDone: "已同步 {time}", syncNever: "还没有同步", syncNow: "立即同步", offline: "离线", contact: "上次连上服务器：{time}",
    noGrid: "您今天没有负责的网格，住户名单已从手机移除。填好的表单仍会发送，由工作人员先查看。",
    update: "应用有新版本，手机里的内容不受影响。", updateNow: "换上新版本",
    // --- today ---
    todayNone: "今天没有安排", todayNoneWhat: "没有到期的走访，也没有要核查的事项。可以从“住户”或“表单”开始。", visit: "走访", until: "{day}前", todayIs: "今天", yesterday: "昨天", tomorrow: "明天", appointment: "约在 {time}", case: "到现场核查", late: "已超时", more: "还有{n}件", dayCounts: "要核查{checks}件，要走访{visits}户", shownOf: "显示了{n}件，共{all}件", findDue: "按门牌找要走访的", less: "收起", draftsTitle: "没填完的", draftsMore: "还有{n}份没填完的，在“待发”", due: "要办的", finishedTitle: "填好的", coming: "正在取您今天的内容……", comingWhat: "住户、表单和要办的事马上就到。", notYet: "还没有连上服务器", notYetWhat: "手机里还没有今天的内容。有网络时会自动取来，也可以点“立即同步”。", draft: "草稿 · {time}", continue: "继续填写", yourGrids: "您的网格",
    // --- households ---
    find: "按门牌查找", numbered: "{address} · 户号{number}", numberWhat: "同一门牌住着几户时，用户号区分。", found: "{n}户", notVisited: "只看今天还没填过的", onlyDue: "只看这次要走访的", filledToday: "今天填过", noneFound: "没有找到", noneFoundWhat: "换个门牌试试。名单只有您今天网格的住户。", homesNone: "手机里没有住户", homesNoneWhat: "您今天的网格还没有登记住户，或者还没有连上服务器。", dueHere: "这次要走访", otherForms: "其他表单", knownTitle: "已登记的情况", asOf: "截至{day}", fill: "填写", openedNote: "打开住户会记入查看记录，住户本人看得到。", gone: "这户已不在您的网格，名单中没有了。", onMap: "在地图上看",
    // --- map ---
    mapWhat: "粗线内是您的网格。点一下图上的标记，可以看是哪一户。", myGrid: "我的·{name}", letterAsked: "约", letterDue: "访", letterCheck: "查", pinDue: "要走访", pinAsked: "约了时间", pinPlain: "住户", pinCheck: "要核查的事项", mapEmpty: "手机里没有网格边界", mapEmptyWhat: "连上服务器后会自动取得。", zoomIn: "放大", zoomOut: "缩小", whole: "全部", synthetic: "示意边界", homesHere: "这里有{n}户", thingsHere: "这里有{n}处", near: "住户", pins: "{n}户在图上", noPoint: "{n}户没有位置，不在图上",
    // --- forms ---
    formsNone: "没有可用的表单", formsNoneWhat: "您网格现在没有启用的表单。", formsWhat: "没有网络也能填写。", version: "版本 {v}", formOpening: "正在打开表单……", formFailed: "表单打不开", formGone: "手机里没有这份表单了。", finish: "填好，存入待发", faults: "还有{n}题要填或改正", faultNext: "还有{n}题 · 下一题：{question}", saved: "草稿已存本机 {time}", saving: "正在保存草稿……", dropDraft: "删除草稿", dropSure: "删除这份草稿吗？填过的内容会丢失。", corrects: "更正已发送的表单", leave: "离开", leaveForm: "离开（草稿已存）", moreActions: "更多操作",
    // --- outbox ---
    outNone: "没有填好的表单", outNoneWhat: "填好的表单会在这里，直到服务器收到。收到的保留7天，方便更正。", stWaiting: "已存本机，待发送", stWaitingNow: "正在发送", stReceived: "已收到", stKept: "已收存，由工作人员先查看", stConflict: "需要您决定", stStuck: "没有收下", retryAt: "下次尝试 {time}", handedOver: "这户已移交，服务器会收下，由工作人员先查看。", pictures: "{n}张照片",
    correct: "更正", again: "再试一次", change: "打开修改", giveUp: "放弃", giveUpSure: "放弃这份表单吗？它会从手机删除，不再发送。", decide: "查看两个版本", made: "填写于 {time}",
    todoClosed: "表单已停用。内容还在手机里，请问派发表单的单位。", todoVersion: "服务器没有这个版本。请同步后重新填写，或问派发表单的单位。", todoLarge: "内容太大。打开修改，减少照片后再试。", todoForbidden: "这份表单不在您的网格使用。请问派发表单的单位。", todoAside: "工作人员已搁置这份表单，不会再收。", todoOther: "服务器没有收下。可以打开修改，或稍后再试。",
    todoCheck: "服务器没有收下核查结果。可以打开修改，或稍后再试。", stBeside: "已收存，附在事项旁，由现在办理的人查看", decideCase: "查看现在的情况",
    // --- cases checked on the spot ---
    resTitle: "现场看到的结果", resDone: "办好了", resUndone: "没办好", resNoAccess: "没人在，进不去", resNotFound: "没找到地方",
    resDoneThen: "收到后结案，您不能撤回；报告人不满意的，可以要求重办。", resDonePublic: "收到后结案，您不能撤回。说明会显示在公开页面上，请不要写人名、电话和门牌号。", resUndoneThen: "收到后交回承办单位返工，不能撤回。报告人会看到理由，请不要写人名和电话。", resAgain: "事项仍待核查，可以改时再去。",
    resNote: "看到了什么", resPhoto: "照片（可选）", photoMine: "现场照片", photoDrop: "不用这张照片", photoOf: "报告的照片{n}", notPicture: "这个文件不是照片。", chooseResult: "请选择结果。", writeNote: "请写明看到了什么，至少两个字。", noteLong: "文字太长：最多{most}个字，现在有{n}个字，请缩短。",
    resWaits: "这件事的核查结果已存本机，等待发送。要修改，请到“待发”打开。", resWaitsShort: "结果已存本机，待发送", tried: "{time}去过", caseGone: "这件事已不在您的核查名单里。", caseLeft: "这件事已不在您的核查名单里；您写下的还在手机上，没有发送。", caseLeftMoved: "您开始核查之后，这件事有了下一步。请看现在的情况，再决定您写下的怎么办。", caseLeftUnknown: "它为什么离开名单、现在怎样，连上服务器后才知道。", giveUpBegun: "放弃写下的结果吗？它会从手机删除，不再发送。", resBegun: "结果没写完", caseSteps: "经过", caseBy: "承办：{who}", caseLook: "打开事项会记入查看记录，报告人看得到。",
    caseMoved: "这件事有了变化", caseMovedWhat: "您核查之后，别人已经办了下一步。请看现在的情况，再决定您的结果怎么办。", caseNotYours: "这件事已经不由您核查（可能已移交他人），手机看不到它现在的情况。您看到的不会丢：可以请现在负责的人查看。",
    caseAsNow: "我的结果仍然对，现在提交", caseAsNowHint: "按现在的情况提交，和在网页上提交一样。", caseBeside: "附在事项旁，请现在负责的人查看", caseBesideHint: "作为迟到的核查记录附在经过里，不改变事项的状态。",
    // --- conflict ---
    conflictTitle: "两个版本不一样", conflictFacts: "填写之后，这户的登记有了更新。请核对后决定。", conflictOther: "这份表单在别处已被更正。请核对后决定以哪一份为准。", conflictOthers: "这份表单已由他人更正，更正的内容不在手机上显示。下面是您上次发送的内容；拿不准时，请先问街道或乡镇的工作台。", mineBefore: "我上次发送的", question: "问题", mine: "我填写的", theirs: "服务器上的", empty: "（空）", sendMine: "以我填写的为准", sendMineHint: "作为更正发送，代替服务器上的那一份。", keepTheirs: "以服务器上的为准", keepTheirsHint: "我填写的不再发送。", sendAnyway: "我填写的是对的，照样发送", fillAgain: "按新的登记重新核对", fillAgainHint: "打开表单，改好后再存入待发。", same: "其余{n}题两边一样。", decided: "已按您的选择处理。",
    // --- settings ---
    language: "语言", theme: "明暗", thisPhone: "这部手机", holds: "手机里有：{households}户、{forms}份表单、{drafts}份草稿、{waiting}份待发。", lockNow: "立即锁上", lockAfter: "{n}分钟不用会自动锁上；刷新页面不用再输口令。", removeApp: "不再使用这部手机", removeWhat: "先发送待发的表单，再清空手机。丢失的手机请在“我的手机”页停用密钥。", myPhones: "我的手机", lightTheme: "亮", darkTheme: "暗", systemTheme: "跟随系统", noCount: "这里不按人计数：没有排名、积分、在线时长和轨迹。",
  },
  en: {
    app: "Field", demo: "Demo data: every person is invented", loading: "Opening …",
    today: "Today", households: "Households", map: "Map", forms: "Forms", outbox: "Outbox", settings: "Settings", back: "Back",
    newTitle: "Use this phone without a network",
    newWhat: "The phone keeps the households, forms and map of your grids of today. You can fill forms without a network; they are sent when there is one. Everything kept is encrypted; the passphrase alone opens it.",
    newName: "Give the phone a name", newNameHint: "So that a lost one can be told from the others, such as “the blue phone”.", pass: "Passphrase", passAgain: "Passphrase once more",
    passRules: "At least 8 signs, 5 of them different; digits alone: at least 10; no run such as 12345678.",
    passLost: "Only you know the passphrase: if it is forgotten, forms on the phone that were not sent yet can never be opened again.",
    triesRule: "After 8 wrong passphrases in a row, or 8 days without the server, the phone does not open by itself: sign in, then give the passphrase. What waits to be sent is not lost.",
    setUp: "Start", setting: "Preparing the phone …", signInFirst: "Sign in first", signInWhat: "Setting a phone up needs your grid worker's account. You come back here afterwards.", signIn: "Sign in",
    signedInAs: "Signed in: {name}", notWorker: "This account cannot set a phone up: {why}", otherAccount: "Sign out and use another account",
    passShort: "The passphrase is too short: at least 8 signs.", passSame: "Too simple: at least 5 different signs.", passDigits: "Of digits alone it needs at least 10.", passRun: "The passphrase may not be a run of signs.", passDiffers: "The two passphrases differ.", noName: "Give the phone a name.",
    needsHttps: "This browser or address cannot keep anything safely: use an https address and a newer browser (Chrome 103, Safari 16.4, Firefox 102 or later).", lockedTitle: "Open with the passphrase", open: "Open", opening: "Opening …", wrong: "Wrong passphrase. {n?# try is|# tries are} left; after that you have to sign in.", wrongFar: "Wrong passphrase.",
    waitingSealed: "Kept on the phone, encrypted, waiting to be sent: {n}.", draftsSealed: "Drafts kept too, encrypted: {n}.", signInThen: "Sign in to your own account first; then come back here and give the passphrase.",
    farTitle: "Sign in, then give the passphrase", farWhat: "After too many wrong passphrases, or a long time without the server, the phone does not open by itself. Sign in to your account, then give the passphrase; what waits is still there.", farOpen: "Open after signing in",
    revokedTitle: "The key of this phone was withdrawn", revokedWhat: "Households, forms and cases were removed from the phone. Forms that wait to be sent, and drafts, are kept, encrypted: ask the county officer to release them; then sign in and give the passphrase, and they are sent.",
    needNet: "The server cannot be reached now. Try again when there is a network.", startOver: "Empty the phone and start over", startOverSure: "Everything on the phone is removed; {n?# form that waits|# forms that wait} to be sent can never be got back. Go on?", yesDelete: "Yes, remove", no: "No",
    lock: "Lock", locked: "The phone was locked as you asked. ", lockedRest: "The phone locked by itself after {n?# minute|# minutes} without use. ", lockedAway: "The app was closed, is opened anew, or was stopped by the browser; the passphrase opens it. ", backThere: "It then leads back to where you were; what you began is kept.",
    syncBusy: "Speaking with the server …", syncAway: "No network; kept on this phone", syncDone: "In step since {time}", syncNever: "Not in step yet", syncNow: "Sync now", offline: "Offline", contact: "Server last reached: {time}",
    noGrid: "You serve no grid today; households were removed from the phone. What was filled in is still sent, and a person looks at it first.",
    update: "There is a new version of the app. What the phone holds stays as it is.", updateNow: "Take the new version",
    todayNone: "Nothing for today", todayNoneWhat: "No visit is due and no case waits to be checked. Begin with “Households” or “Forms”.", visit: "Visit", until: "by {day}", todayIs: "today", yesterday: "yesterday", tomorrow: "tomorrow", appointment: "appointment {time}", case: "Go and check", late: "overdue", more: "{n} more", dayCounts: "{checks?# case|# cases} to check, {visits?# visit|# visits} due", shownOf: "{n} of {all} shown", findDue: "Find a visit by address", less: "Show fewer", draftsTitle: "Not finished", draftsMore: "{n?# more draft|# more drafts} in the outbox", due: "To do", finishedTitle: "Finished", coming: "Fetching your day …", comingWhat: "Households, forms and what is due are on their way.", notYet: "The server was not reached yet", notYetWhat: "The phone holds nothing of today. It comes by itself with a network, or press “Sync now”.", draft: "draft · {time}", continue: "Go on", yourGrids: "Your grids",
    find: "Find by address", numbered: "{address} · no. {number}", numberWhat: "The number tells households at one address apart.", found: "{n?# household|# households}", notVisited: "Only those without a form today", onlyDue: "Only those to be visited now", filledToday: "filled today", noneFound: "None found", noneFoundWhat: "Try another part of the address. The list holds your grids of today alone.", homesNone: "No households on the phone", homesNoneWhat: "None is registered in your grids of today, or the server was not reached yet.", dueHere: "To be visited now", otherForms: "Other forms", knownTitle: "On record", asOf: "as of {day}", fill: "Fill in", openedNote: "Opening a household goes to the record of who looked, which the household can read.", gone: "This household is not in your grids any more.", onMap: "Show on the map",
    mapWhat: "The thick line is your grid. Tap a sign to see which household it is.", myGrid: "Mine: {name}", letterAsked: "A", letterDue: "V", letterCheck: "C", pinDue: "to be visited", pinAsked: "named a time", pinPlain: "household", pinCheck: "case to check", mapEmpty: "No outline on the phone", mapEmptyWhat: "It comes with the next contact.", zoomIn: "Zoom in", zoomOut: "Zoom out", whole: "Whole", synthetic: "Synthetic boundaries", homesHere: "{n?# household|# households} here", thingsHere: "{n?# place|# places} here", near: "households", pins: "{n?# household|# households} on the map", noPoint: "{n?# household without a position is|# households without a position are} not on it",
    formsNone: "No form in use", formsNoneWhat: "No form is in use in your grids now.", formsWhat: "They can be filled without a network.", version: "version {v}", formOpening: "Opening the form …", formFailed: "The form does not open", formGone: "This form is not on the phone any more.", finish: "Done: put into the outbox", faults: "{n?# question still needs|# questions still need} an answer or a correction", faultNext: "{n} left · next: {question}", saved: "Draft saved on this phone {time}", saving: "Saving the draft …", dropDraft: "Delete the draft", dropSure: "Delete this draft? What was filled in is lost.", corrects: "Corrects a form that was sent", leave: "Leave", leaveForm: "Leave (draft saved)", moreActions: "More",
    outNone: "No finished forms", outNoneWhat: "Finished forms stand here until the server has them. Received ones stay 7 days, to be corrected.", stWaiting: "Saved on this phone, to be sent", stWaitingNow: "Being sent", stReceived: "Received", stKept: "Kept; a person looks at it first", stConflict: "You have to decide", stStuck: "Not taken", retryAt: "next try {time}", handedOver: "This household was handed over: the server takes the form, and a person looks at it first.", pictures: "{n?# picture|# pictures}",
    correct: "Correct", again: "Try again", change: "Open and change", giveUp: "Give up", giveUpSure: "Give this form up? It is removed from the phone and not sent.", decide: "See both versions", made: "filled in {time}",
    todoClosed: "The form is closed. What was filled in is still on the phone: ask who sent the form.", todoVersion: "The server has no such version. Sync and fill it in anew, or ask who sent the form.", todoLarge: "It is too much. Open it, take fewer pictures, and try again.", todoForbidden: "This form is not in use in your grids. Ask who sent it.", todoAside: "The office set this form aside; it is not taken again.", todoOther: "The server did not take it. Open and change it, or try again later.",
    todoCheck: "The server did not take the result of the check. Open and change it, or try again later.", stBeside: "Kept beside the case, for whoever has it now", decideCase: "See how it stands now",
    resTitle: "What did you find there?", resDone: "It is done", resUndone: "It is not done", resNoAccess: "Nobody there, no access", resNotFound: "Place not found",
    resDoneThen: "Once received, the case is closed; you cannot take it back, the reporter can reopen it.", resDonePublic: "Once received, the case is closed; you cannot take it back. Your note stands on the public page: name no person, phone or door in it.", resUndoneThen: "Once received, it goes back to the office in charge; you cannot take it back. The reporter reads the reason: name no person or phone.", resAgain: "The case still waits for its check; go again another time.",
    resNote: "What did you see?", resPhoto: "Photo (optional)", photoMine: "Photo taken there", photoDrop: "Leave this photo out", photoOf: "Photo {n} of the report", notPicture: "This file is no picture.", chooseResult: "Choose the result.", writeNote: "Write what you saw, two signs at least.", noteLong: "Too long: {most} characters at most, and there are {n}. Shorten it.",
    resWaits: "The result of this case is saved on this phone, to be sent. To change it, open it in the outbox.", resWaitsShort: "result saved on this phone, to be sent", tried: "tried {time}", caseGone: "This case is not on your list of checks any more.", caseLeft: "This case is not on your list of checks any more. What you wrote is still on the phone; it was not sent.", caseLeftMoved: "After you began, the case took its next step. See how it stands now, then decide about what you wrote.", caseLeftUnknown: "Why it left the list and how it stands is known with the next contact.", giveUpBegun: "Give up what you wrote? It is removed from the phone and not sent.", resBegun: "result begun", caseSteps: "What happened", caseBy: "In charge: {who}", caseLook: "Opening a case goes to the record of who looked, which the reporter can read.",
    caseMoved: "The case has moved on", caseMovedWhat: "After your check somebody took the next step. See how it stands now, then decide about your result.", caseNotYours: "You do not check this case any more; it may have been handed over, and the phone cannot see how it stands. What you saw is not lost: whoever has it now can read it.",
    caseAsNow: "My result still holds: enter it now", caseAsNowHint: "It is entered as the case stands now, as on the web page.", caseBeside: "Keep it beside the case, for whoever has it now", caseBesideHint: "It joins the record as a check that came late and changes nothing of the case.",
    conflictTitle: "Two versions differ", conflictFacts: "Since this was filled in, something newer was put on record for the household. Check and decide.", conflictOther: "This form was corrected elsewhere. Check and decide which one counts.", conflictOthers: "Somebody else corrected this form; what they wrote is not shown on phones. Below is what you sent last. If you are not sure, ask the township's desk first.", mineBefore: "What I sent last", question: "Question", mine: "What I filled in", theirs: "On the server", empty: "(empty)", sendMine: "Mine counts", sendMineHint: "It is sent as a correction, in place of the one on the server.", keepTheirs: "The server's counts", keepTheirsHint: "What I filled in is not sent.", sendAnyway: "Mine is right: send it as it is", fillAgain: "Check it against the new record", fillAgainHint: "Opens the form; afterwards put it into the outbox again.", same: "{n?The other answer is|The other # answers are} the same.", decided: "Done as you chose.",
    language: "Language", theme: "Light and dark", thisPhone: "This phone", holds: "On the phone: {households?# household|# households}, {forms?# form|# forms}, {drafts?# draft|# drafts}, {waiting} to be sent.", lockNow: "Lock now", lockAfter: "It locks by itself after {n?# minute|# minutes} without use. Loading the page anew asks for no passphrase.", removeApp: "Stop using this phone", removeWhat: "Send what waits first, then empty the phone. For a lost phone withdraw its key on the page “My phone”.", myPhones: "My phone", lightTheme: "Light", darkTheme: "Dark", systemTheme: "As the system", noCount: "Nothing here is counted by person: no ranking, no points, no time online, no way walked.",
  },
};

export const tongue = () => state.language;

/**
 * The words of a key with its facts: `{name}`, and `{name?of one|of many}`, in which # stands for the number.
 * @param {keyof typeof WORDS.zh} key
 * @param {Record<string, string | number>} [facts]
 */
export function t(key, facts = {}) {
  const worded = WORDS[state.language][key].replace(/\{(\w+)\?([^|{}]*)\|([^{}]*)\}/g, (_, name, one, many) => (Number(facts[name]) === 1 ? one : many).replace("#", String(facts[name] ?? "")));
  return worded.replace(/\{(\w+)\}/g, (_, name) => String(facts[name] ?? ""));
}

/** @param {import("./lists.js").Words | undefined} words */
export const both = (words) => (words ? words[state.language] || words.zh : "");

/** An address with the number of its household said to be one. @param {string} label */
export function placed(label) {
  const [, address, number] = /^(.+) · (\d+)$/.exec(label) ?? [];
  return number ? t("numbered", { address, number }) : label;
}

/** @typedef {{year: string, month: string, day: string, weekday: string, hour: string, minute: string}} Parts */
/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** A moment by the county's clock, whatever zone the phone is in. @param {number | string | Date} at @param {string} [zone] @returns {Parts} */
function clock(at, zone = state.pack?.zone) {
  const key = `${state.language} ${zone}`;
  const held = clocks.get(key) ?? new Intl.DateTimeFormat(state.language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: zone, year: "numeric", month: state.language === "zh" ? "numeric" : "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  clocks.set(key, held);
  const parts = Object.fromEntries(held.formatToParts(new Date(at)).map(({ type, value }) => [type, value.replace(/[年月日]$/, "")]));
  return /** @type {any} */ (parts);
}

const DAY = 24 * 3_600_000;
/** @param {Parts} one @param {Parts} other */
const isSameDay = (one, other) => one.day === other.day && one.month === other.month && one.year === other.year;
/** @param {number | string} at */
export const isToday = (at) => isSameDay(clock(at), clock(Date.now()));

/** Today, yesterday or tomorrow in words; nothing of another day. @param {Parts} parts */
function near(parts) {
  const days = /** @type {const} */ ([["todayIs", 0], ["yesterday", -DAY], ["tomorrow", DAY]]);
  const found = days.find(([, away]) => isSameDay(parts, clock(Date.now() + away)));
  return found ? t(found[0]) : "";
}

/** @param {Parts} parts @param {boolean} [weekday] */
function dated(parts, weekday = false) {
  const year = parts.year === clock(Date.now()).year ? "" : parts.year;
  if (state.language === "zh") return `${year && `${year}年`}${parts.month}月${parts.day}日${weekday ? ` ${parts.weekday}` : ""}`;
  return `${weekday ? `${parts.weekday} ` : ""}${parts.day} ${parts.month}${year && ` ${year}`}`;
}

/** The day and the hour: near days by their word. @param {number | string} moment */
export function moment(moment) {
  const parts = clock(moment);
  return `${near(parts) || dated(parts, true)} ${parts.hour}:${parts.minute}`;
}

/** The same of something that stays written: the date always, near days by their word beside it. @param {number | string} moment */
export function written(moment) {
  const parts = clock(moment);
  const word = near(parts);
  return `${dated(parts, true)} ${parts.hour}:${parts.minute}${word && (state.language === "zh" ? `（${word}）` : ` (${word})`)}`;
}

/** A day: of a date without an hour no zone is asked. @param {number | string} moment */
export const day = (moment) => dated(clock(moment, /^\d{4}-\d\d-\d\d$/.test(String(moment)) ? "UTC" : undefined));

const KEPT = "field-language";

export function chooseLanguage() {
  const kept = localStorage.getItem(KEPT) ?? /(?:^|; )language=([\w-]+)/.exec(document.cookie)?.[1] ?? navigator.language;
  speak(kept.toLowerCase().startsWith("en") ? "en" : "zh");
}

/** @param {"zh" | "en"} language */
export function speak(language) {
  state.language = language;
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = t("app");
}
