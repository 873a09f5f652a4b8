/** Chinese for the controls that web-forms takes from PrimeVue: calendars, choices, empty lists. */

const DAYS = ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"];
const MONTHS = Array.from({ length: 12 }, (_, at) => `${at + 1}月`);

export const PRIME_WORDS = {
  dayNames: DAYS,
  dayNamesShort: DAYS.map((day) => `周${day.slice(-1)}`),
  dayNamesMin: DAYS.map((day) => day.slice(-1)),
  monthNames: MONTHS,
  monthNamesShort: MONTHS,
  accept: "是", reject: "否", choose: "选择", upload: "上传", cancel: "取消", completed: "已完成", pending: "待处理", clear: "清除", apply: "应用",
  chooseYear: "选择年份", chooseMonth: "选择月份", chooseDate: "选择日期", prevDecade: "前十年", nextDecade: "后十年", prevYear: "上一年",
  nextYear: "下一年", prevMonth: "上个月", nextMonth: "下个月", prevHour: "前一小时", nextHour: "后一小时", prevMinute: "前一分钟",
  nextMinute: "后一分钟", prevSecond: "前一秒", nextSecond: "后一秒", am: "上午", pm: "下午", today: "今天", now: "现在", weekHeader: "周",
  firstDayOfWeek: 1, showMonthAfterYear: true, dateFormat: "yy-mm-dd",
  emptyMessage: "没有可选的内容", emptyFilterMessage: "没有找到", searchMessage: "有{0}条结果", selectionMessage: "已选{0}项", emptySelectionMessage: "没有选择",
  emptySearchMessage: "没有找到", fileChosenMessage: "{0}个文件", noFileChosenMessage: "没有选择文件", passwordPrompt: "请输入密码", weak: "弱", medium: "中", strong: "强",
  aria: {
    trueLabel: "是", falseLabel: "否", nullLabel: "未选择", star: "1星", stars: "{star}星", selectAll: "全选", unselectAll: "全部取消", close: "关闭",
    previous: "上一个", next: "下一个", navigation: "导航", scrollTop: "回到顶部", showFilterMenu: "显示筛选", hideFilterMenu: "隐藏筛选",
    filterConstraint: "筛选条件", filterOperator: "筛选方式", editRow: "编辑", saveEdit: "保存", cancelEdit: "取消编辑", listView: "列表", gridView: "网格",
    slide: "滑动", slideNumber: "{slideNumber}", zoomImage: "放大图片", zoomIn: "放大", zoomOut: "缩小", rotateRight: "右转", rotateLeft: "左转",
    moveUp: "上移", moveTop: "移到最前", moveDown: "下移", moveBottom: "移到最后",
  },
};
