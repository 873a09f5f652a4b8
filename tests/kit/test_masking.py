"""What leaves the house and what does not: rows are (text, what must be gone, kind) and (text that must stay)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.check_sign import check_sign
from gridcommons.kit.masking import Finding, mask

# Every number and name here is invented.
WRITTEN_LIKE_A_CODE = f"99010119900101123{check_sign('99010119900101123')}"
GONE = [
    ("请打13812345678找我", "13812345678", "phone"),
    ("电话：100 1234 5678", "100 1234 5678", "phone"),
    ("手机138-1234-5678，下午在家", "138-1234-5678", "phone"),
    ("１３８１２３４５６７８", "１３８１２３４５６７８", "phone"),
    ("＋８６　１３８　１２３４　５６７８", "１２３４", "phone"),
    ("+86 138 1234 5678", "138 1234 5678", "phone"),
    ("008613812345678", "13812345678", "phone"),
    ("1 3 8 1 2 3 4 5 6 7 8", "3 8 1 2", "phone"),
    ("我的号码是1381 234 5678", "1381 234 5678", "phone"),
    ("路灯坏了10012345678", "10012345678", "phone"),
    ("幺三八零零一二三四五六", "幺三八零零一二三四五六", "phone"),
    ("壹叁捌零零壹贰叁肆伍陆", "壹叁捌零零壹贰叁肆伍陆", "phone"),
    ("一零零一二三四五六七八", "一零零一二三四五六七八", "phone"),
    ("138   1234   5678", "138   1234   5678", "phone"),
    ("打1   3   8   1   2   3   4   5   6   7   8", "3   8   1", "phone"),
    ("一三八 一二三四 五六七八", "一三八 一二三四 五六七八", "phone"),
    ("打一三八一二三四五六七八一直没人接", "一三八一二三四五六七八", "phone"),
    ("打13812345678一直没人接", "13812345678", "phone"),
    ("13812345678二楼", "13812345678", "phone"),
    ("138-1234-567八", "138-1234-567八", "phone"),
    ("壹叁捌，一二三四，五六七捌", "壹叁捌，一二三四，五六七捌", "phone"),
    ("①③⑧①②③④⑤⑥⑦⑧", "①③⑧①②③④⑤⑥⑦⑧", "phone"),
    ("❶❸❽ ❶❷❸❹ ❺❻❼❽", "❶❸❽ ❶❷❸❹ ❺❻❼❽", "phone"),
    ("1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "8️⃣1️⃣2️⃣", "phone"),
    ("𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "phone"),
    ("١٣٨١٢٣٤٥٦٧٨", "١٣٨١٢٣٤٥٦٧٨", "phone"),
    ("打给八一二三四五六", "八一二三四五六", "phone"),
    ("身份证九九零一零一一九九零零一零一一二三四", "九九零一零一一九九零零一零一一二三四", "identity"),
    ("13812345678元", "13812345678", "phone"),
    ("押金13812345678 块", "13812345678", "phone"),
    ("13812345678万师傅", "13812345678", "phone"),
    ("电话138\n1234\n5678", "138\n1234\n5678", "phone"),
    ("138，1234，5678", "138，1234，5678", "phone"),
    ("138\u200b1234\u200c5678", "5678", "phone"),
    ("身份证990101\n19900101\n1234", "19900101", "identity"),
    ("网格员登记身份证号990101199001011232后说不管", "990101199001011232", "identity"),
    ("网格员要我的身份证990101199001011232", "990101199001011232", "identity"),
    ("the grid worker took my card 990101199001011232", "990101199001011232", "identity"),
    ("网格长收走了990101900101123", "990101900101123", "identity"),
    ("网格里的人说卡号6222021234567890123", "6222021234567890123", "account"),
    (f"网格{WRITTEN_LIKE_A_CODE}", WRITTEN_LIKE_A_CODE, "identity"),
    ("座机0578-8123456", "0578-8123456", "phone"),
    ("（0578）8123456转801", "8123456转801", "phone"),
    ("传真010 6552 9999", "6552 9999", "phone"),
    ("拨打8123456", "8123456", "phone"),
    ("联系电话：812-3456", "812-3456", "phone"),
    ("Call me at (312) 555-0123", "(312) 555-0123", "phone"),
    ("cell 312.555.0123 any time", "312.555.0123", "phone"),
    ("my number: 3125550123", "3125550123", "phone"),
    ("+1 312 555 0123 ext. 44", "312 555 0123 ext. 44", "phone"),
    ("1-312-555-0123 please", "1-312-555-0123", "phone"),
    ("phone 555-0123 after six", "555-0123", "phone"),
    ("ring +44 20 7946 0958", "20 7946 0958", "phone"),
    ("WhatsApp +65 9123 4567", "9123 4567", "phone"),
    ("香港电话 +852 2123 4567", "2123 4567", "phone"),
    ("0049 30 901820", "30 901820", "phone"),
    ("邮箱zhang.san@example.com谢谢", "zhang.san@example.com", "email"),
    ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｚｈａｎｇ", "email"),
    ("mail jane+grid@mail.example.co.uk", "jane+grid", "email"),
    ("john [at] example [dot] com", "john", "email"),
    ("write to john at example dot org", "john", "email"),
    ("身份证990101199001011234", "990101199001011234", "identity"),
    ("证号99010119900101123X。", "99010119900101123X", "identity"),
    ("99010119900101123x", "99010119900101123x", "identity"),
    ("990101 19900101 1234", "19900101", "identity"),
    ("９９０１０１１９９００１０１１２３４", "９９０１０１", "identity"),
    ("老身份证990101900101123", "990101900101123", "identity"),
    ("SSN 123-45-6789", "123-45-6789", "identity"),
    ("护照号码E12345678", "E12345678", "identity"),
    ("passport no. X1234567", "X1234567", "identity"),
    ("退到6222 0202 0011 2233 445", "6222 0202", "account"),
    ("卡号6222020200112233445", "6222020200112233445", "account"),
    ("card 4111-1111-1111-1111", "4111-1111", "account"),
    ("amex 3782 822463 10005", "822463", "account"),
    ("微信：wang_xm88", "wang_xm88", "account"),
    ("加微信wxm2020联系", "wxm2020", "account"),
    ("微信号是xiaoming", "xiaoming", "account"),
    ("QQ12345678", "12345678", "account"),
    ("我的qq号：987654321", "987654321", "account"),
    ("WeChat ID: sunny_day", "sunny_day", "account"),
    ("my wechat is jane2020", "jane2020", "account"),
    ("车牌浙K12345挡了消防通道", "浙K12345", "plate"),
    ("浙A·D12345占道", "浙A·D12345", "plate"),
    ("沪a b1234停在门口", "b1234", "plate"),
    ("license plate ABC 1234 blocks the ramp", "ABC 1234", "plate"),
    ("plate no. AB12 CDE", "AB12 CDE", "plate"),
    ("联系人：王小明", "王小明", "name"),
    ("联系人王小明电话10012345678", "王小明", "name"),
    ("姓名 欧阳小红，住3栋", "欧阳小红", "name"),
    ("姓名：买买提·艾力", "买买提·艾力", "name"),
    ("举报人是李四，", "李四", "name"),
    ("我叫陈一鸣，住在河边", "陈一鸣", "name"),
    ("我是张三，楼道灯坏了", "张三", "name"),
    ("请联系李女士", "李", "name"),
    ("王小明先生反映", "王小明", "name"),
    ("隔壁张阿姨说", "张", "name"),
    ("Mr. John Smith complained", "John Smith", "name"),
    ("Mrs O'Neil lives there", "O'Neil", "name"),
    ("see Dr. Adams", "Adams", "name"),
    ("Name: Jane Q. Doe", "Jane Q. Doe", "name"),
    ("my name is Jane", "Jane", "name"),
    ("call John Smith at 312-555-0123", "John Smith", "name"),
    ("contact Jane 312-555-0123", "Jane", "name"),
    ("Contact: May Johnson", "May Johnson", "name"),
    ("I am Jane Doe, the lamp is out", "Jane Doe", "name"),
]

STAYS = [
    "幸福路138号3单元502室",
    "中山路1380号",
    "2024年1月5日 13:00 发现",
    "2024-01-05 13:00:00",
    "日期20240105，编号20240105",
    "13号楼\n1380室\n1234号",
    "路灯1381，1234，1235号不亮",
    "第一三五七九栋",
    "2018 2019 2020 2021 四年都没修",
    "赔偿23800000000元",  # 13800000000 would be a mobile number, and those are hidden whatever follows
    "赔偿¥13800000000，已付",
    "赔偿￥ 13800000000元",
    "总投资13800000000万元",
    "共13800000000亿",
    "一、二、三、四、五、六、七、八、九号楼",
    "一，三，五，七，九，一一，一三号楼",
    "①路灯②井盖③垃圾④噪音⑤积水⑥停车⑦树木⑧公厕",
    "网格331123001001001一期",
    "二〇二四年一月五日至二〇二五年一月五日",
    "预算1,380,000.00元，约2500万",
    "拨打12345没人接",
    "已报110、119、120和12315",
    "水务热线96390，供电95598",
    "客服400-820-8820",
    "1-800-555-0199 is the toll-free line",
    "Call 311 or 911",
    "call City Hall at 5 pm",
    "call Animal Control at 311",
    "Contact Public Works",
    "call Monday at 9",
    "please call me at noon",
    "Contact: Parks Department",
    "1234 West Main Dr. Apartment 5",
    "37-2034 Main Street, Unit 4B",
    "rooms 101 102 103 104 105",
    "房号101 102 103 104 105",
    "门牌1 3 5 7 9 11 13 15都没有水",
    "坐标119.276543, 28.592345",
    "网格331123001001001内的井盖",
    "网格编号：331123001001001001",
    "网格代码是331123001001001",
    "grid code is 331123001001001",
    "区划代码 (331123001001001)",
    "微网格331123001001001001",
    "grid 331123001001001",
    "村代码331123001001",
    "微信支付坏了",
    "微信群里有人说",
    "QQ浏览器打不开",
    "the WeChat payment machine is broken",
    "WeChat is broken",
    "WeChat: nobody answers there",
    "公众号zjzwfw",
    "the plate is broken",
    "registration 2024 is closed",
    "京A区的路灯",
    "联系人：社区居委会",
    "联系人：不详",
    "联系人方式请填写",
    "姓名和电话都没留",
    "各位先生女士",
    "高龄女士需要座椅",
    "安装师傅没来",
    "我是业主，电梯坏了",
    "我是高层住户",
    "a temperature of +15 degrees, +5 points",
    "meet @ 5 pm",
    "service request 18-00123456",
    "price $3125550123",
    "it took 3 hours (10-15 minutes each)",
    "第138期第1234号文件",
    "<b>不解释</b> & <script>alert(1)</script>",
    "井盖\ue0fb丢失𠮷",
]


@pytest.mark.parametrize(("text", "secret", "kind"), GONE)
def test_personal_data_are_hidden(text: str, secret: str, kind: str) -> None:
    masked = mask(text)
    assert secret not in masked.text
    assert kind in {finding.kind for finding in masked.findings}


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).findings == ()


def test_there_are_rows_enough_in_both_languages() -> None:
    rows = [text for text, _, _ in GONE] + STAYS
    chinese = [text for text in rows if any("一" <= sign <= "鿿" for sign in text)]
    assert len(chinese) >= 50
    assert len(rows) - len(chinese) >= 40


@pytest.mark.parametrize(("text", "_secret", "_kind"), GONE)
def test_the_rest_of_the_text_stays(text: str, _secret: str, _kind: str) -> None:
    masked = mask(f"井盖丢失，2栋门口。\n{text}\n请尽快处理，谢谢。")
    assert masked.text.startswith("井盖丢失，2栋门口。\n")
    assert masked.text.endswith("\n请尽快处理，谢谢。")


def test_the_mark_speaks_the_language_of_the_text() -> None:
    assert mask("电话10012345678").text == "电话〔电话已隐去〕"
    assert mask("call 312-555-0123").text == "call [phone hidden]"


def test_findings_count_and_never_hold_the_data() -> None:
    findings = mask("10012345678 或 10012345679，a@example.com").findings
    assert findings == (Finding("email", 1), Finding("phone", 2))


PIECES = [text for text, _, _ in GONE] + STAYS
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=12) | st.text("0123456789 -+()@.王电话:", max_size=24), max_size=6
)


@given(parts=TEXTS, joint=st.sampled_from(["", " ", "，", "\n"]))
def test_masking_twice_changes_nothing_more(parts: list[str], joint: str) -> None:
    once = mask(joint.join(parts))
    assert mask(once.text).text == once.text
    assert mask(once.text).findings == ()


@given(text=st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_text_without_findings_is_unchanged(text: str) -> None:
    masked = mask(text)
    assert (masked.text == text) == (not masked.findings)
