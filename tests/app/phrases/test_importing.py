"""Phrases from files of 千牛 and others: what is taken, what is not, and nothing twice."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import PermissionDenied, UserError
from app.phrases import PhraseFilter, PhraseText, Scope
from app.phrases.exchange.foreign import translate
from app.phrases.exchange.reading import read_phrases
from app.phrases.exchange.report import FileReport, ImportReport
from app.services import Services
from db.models import Role

SAMPLES = Path(__file__).parents[2] / "data" / "phrases"
HEAD = "快捷短语编码,快捷短语,快捷短语分组"


def write(path: Path, *lines: str, encoding: str = "gb18030", end: str = "\r\n") -> Path:
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def take(services: Services, *paths: Path, scope: Scope = Scope.SHOP) -> ImportReport:
    return services.phrases.importer().run(paths, scope)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (
        report.counted("new"), report.counted("changed"), report.counted("same"), report.rejected,
    )  # fmt: skip


def the_file(report: ImportReport) -> FileReport:
    (file,) = report.files
    return file


def texts(services: Services) -> set[tuple[str, str, str]]:
    return {(v.group, v.code, v.text) for v in services.phrases.rows(PhraseFilter(), 0, 500)}


def held(path: Path) -> set[tuple[str, str, str]]:
    return {(p.group, p.code, p.text) for p in read_phrases(path).phrases}


QIANNIU = {
    ("接待", "zk", "在的亲，请问有什么可以帮您？"),
    ("发货", "fh", "亲，付款后48小时内发货，节假日顺延。"),
    ("发货", "kd", "默认发中通/圆通，指定快递请备注。"),
    ("发货", "py", "亲，新疆、西藏等地区需补运费差价哦。"),
    ("售后", "tk", "亲，请在订单里申请退款，我们会尽快处理。"),
    ("售后", "thdz", "退货地址以系统同意退货后显示的为准，\n请勿到付。"),
    ("未分组", "", "感谢您的支持，祝您生活愉快！"),
}


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("phrases_qianniu_made.csv", "qianniu"),
        ("phrases_qianniu_variant_made.csv", "qianniu"),
        ("phrases_qianniu_assistant_made.csv", "qianniu-assistant"),
    ],
)
def test_the_layouts_of_qianniu_are_read(services: Services, name: str, format_: str) -> None:
    report = take(services, SAMPLES / name)
    assert counts(report) == (7, 0, 0, 0)
    assert the_file(report).format == format_
    assert the_file(report).encoding == "gb18030"
    assert texts(services) == QIANNIU


def test_the_same_file_twice_changes_nothing(services: Services) -> None:
    files = sorted(SAMPLES.glob("phrases_qianniu*.csv"))
    assert counts(take(services, *files)) == (7, 0, 14, 0)
    before = services.phrases.rows(PhraseFilter(), 0, 500)
    assert counts(take(services, *files)) == (0, 0, 21, 0)
    assert services.phrases.rows(PhraseFilter(), 0, 500) == before


def test_a_dry_run_counts_the_same_and_writes_nothing(services: Services) -> None:
    files = sorted(SAMPLES.glob("phrases_qianniu*.csv"))
    report = services.phrases.importer().preview(files, Scope.SHOP)
    assert counts(report) == (7, 0, 14, 0)
    assert report.dry_run
    assert texts(services) == set()
    assert services.phrases.groups.all() == []


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_told_apart(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "p.csv"
    lines = [line.replace(",", separator) for line in (HEAD, "zk,在的亲,接待", "fh,发货啦,发货")]
    assert held(write(path, *lines, encoding=encoding)) == {
        ("接待", "zk", "在的亲"),
        ("发货", "fh", "发货啦"),
    }


def test_a_workbook_of_qianniu_is_read(tmp_path: Path) -> None:
    path = tmp_path / "团队短语.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(
            [
                ("登记日期", "分组", "快捷编码", "快捷短语", "是否加入团队"),
                ("2026-01-02", "接待", "zk", "在的亲\n请说", "是"),
                ("2026-01-02", "发货", "1", "发货啦", "否"),
            ]
        ):
            sheet.write_row(number, 0, row)
    assert held(path) == {("接待", "zk", "在的亲\n请说"), ("发货", "1", "发货啦")}


@pytest.mark.parametrize(
    ("name", "count", "format_"),
    [
        ("phrases_chatwoot_made.json", 7, "chatwoot"),
        ("phrases_rocketchat_made.json", 7, "rocketchat"),
        ("phrases_beeftext_made.json", 7, "beeftext"),
        ("phrases_zammad_made.csv", 7, "zammad"),
    ],
)
def test_files_of_other_programs_are_read(name: str, count: int, format_: str) -> None:
    file = read_phrases(SAMPLES / name)
    assert (len(file.phrases), file.rejected, file.format) == (count, [], format_)
    assert "退货地址" in file.phrases[5].text


@pytest.mark.parametrize(
    "lines",
    [
        ("code,text,group", "zk,hello there,Greeting"),
        ("group,text,code", "Greeting,hello there,zk"),
        ("Category;Template;Shortcut", "Greeting;hello there;zk"),
        ("zk,hello there,Greeting",),
    ],
)
def test_plain_tables_are_read_by_their_header_or_without(
    tmp_path: Path, lines: tuple[str, ...]
) -> None:
    assert held(write(tmp_path / "p.csv", *lines)) == {("Greeting", "zk", "hello there")}


def test_a_list_of_texts_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "p.txt", "在的亲", "发货啦", encoding="utf-8")
    assert held(path) == {("", "", "在的亲"), ("", "", "发货啦")}


def test_rows_that_can_not_be_taken_are_named(services: Services, tmp_path: Path) -> None:
    long = "长" * 2001
    path = write(
        tmp_path / "p.csv", HEAD,
        "zk,在的亲,接待", "kk,,接待", f"cc,{long},接待", "a b,好的,接待", "zk2,好,接待,多,余",
        f"{'x' * 21},好的,接待", '"broken,x,y',
    )  # fmt: skip
    report = take(services, path)
    assert report.counted("new") == 1
    assert [(r.row, r.column) for r in the_file(report).rejected] == [
        (3, "快捷短语"), (4, "快捷短语"), (5, "快捷短语编码"), (6, ""), (7, "快捷短语编码"), (8, ""),
    ]  # fmt: skip
    assert all(r.reason for r in the_file(report).rejected)
    assert report.exit_code == 1


NO_PHRASES = [
    ("empty.csv", b"", "empty_file"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), "not_a_table"),
    ("other.csv", "订单编号,买家会员名,金额,状态\r\n1,b,3,x\r\n".encode(), "no_phrases"),
    ("x.json", b"{", "no_phrases"),
    ("y.json", b'{"a": 1}', "no_phrases"),
]


@pytest.mark.parametrize(("name", "data", "code"), NO_PHRASES)
def test_files_without_phrases_are_refused(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UserError) as refused:
        read_phrases(tmp_path / name)
    assert refused.value.code == code


def test_good_files_are_taken_beside_bad_ones(services: Services, tmp_path: Path) -> None:
    bad = [tmp_path / name for name, _data, _code in NO_PHRASES]
    for path, (_name, data, _code) in zip(bad, NO_PHRASES, strict=True):
        path.write_bytes(data)
    report = take(services, *bad, SAMPLES / "phrases_qianniu_made.csv")
    assert [file.code for file in report.files] == [code for _n, _d, code in NO_PHRASES] + [""]
    assert (report.counted("new"), report.exit_code) == (7, 1)
    assert take(services, *bad).exit_code == 2
    assert take(services, tmp_path / "missing.csv").exit_code == 2


def test_a_changed_text_changes_the_phrase_in_place(services: Services, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", HEAD, "zk,在的亲,接待", "fh,发货啦,发货")
    take(services, path)
    before = {v.code: v.id for v in services.phrases.rows(PhraseFilter())}
    write(path, HEAD, "zk,在的哦,接待", "fh,发货啦,发货", "tk,退款吧,售后")
    report = take(services, path)
    assert counts(report) == (1, 1, 1, 0)
    changed = next(p for p in the_file(report).planned if p.state == "changed")
    assert (changed.old, changed.phrase.text) == ("在的亲", "在的哦")
    after = {v.code: v.id for v in services.phrases.rows(PhraseFilter())}
    assert after["zk"] == before["zk"]
    assert [h.text for h in services.phrases.find("zdo")] == ["在的哦"]


def test_two_texts_under_one_code_are_both_kept_in_any_order(
    services: Services, tmp_path: Path
) -> None:
    rows = ("zk,在的一,接待", "zk,在的二,接待")
    path = write(tmp_path / "p.csv", HEAD, *rows)
    assert counts(take(services, path)) == (2, 0, 0, 0)
    assert counts(take(services, write(path, HEAD, *reversed(rows)))) == (0, 0, 2, 0)


def test_nothing_here_is_lost_by_an_import(services: Services, tmp_path: Path) -> None:
    group = services.phrases.groups.create("自己建的", Scope.SHOP)
    services.phrases.add(PhraseText(group.id, "别动我", "bd"))
    take(services, SAMPLES / "phrases_qianniu_made.csv")
    assert {g.name for g in services.phrases.groups.all()} == {
        "自己建的", "接待", "发货", "售后", "未分组",
    }  # fmt: skip
    assert services.phrases.find("bd")[0].text == "别动我"


def test_a_deleted_phrase_comes_back_with_the_file(services: Services) -> None:
    path = SAMPLES / "phrases_qianniu_made.csv"
    take(services, path)
    services.phrases.delete([services.phrases.find("zk")[0].id])
    services.phrases.groups.delete(
        next(g.id for g in services.phrases.groups.all() if g.name == "售后")
    )
    assert counts(take(services, path)) == (3, 0, 4, 0)
    assert texts(services) == QIANNIU


def test_own_phrases_are_imported_for_oneself(services: Services) -> None:
    path = SAMPLES / "phrases_qianniu_made.csv"
    take(services, path)
    services.staff.add("agent", "客服", Role.AGENT, "passw0rd!")
    services.staff.sign_in("agent", "passw0rd!")
    with pytest.raises(PermissionDenied):
        take(services, path)
    assert counts(take(services, path, scope=Scope.MINE)) == (7, 0, 0, 0)
    assert services.phrases.count(PhraseFilter(scope=Scope.MINE)) == 7
    assert services.phrases.count(PhraseFilter()) == 14


def test_many_phrases_are_taken_at_once(services: Services, tmp_path: Path) -> None:
    rows = [f"c{n},第{n}句话,组{n % 7}" for n in range(1500)]
    report = take(services, write(tmp_path / "p.csv", HEAD, *rows))
    assert counts(report) == (1500, 0, 0, 0)
    assert services.phrases.find("c1499")[0].text == "第1499句话"


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("在的{{contact.name}}，请问", "在的{客户称呼}，请问"),
        ("Hi {{ contact.first_name || 'there' }}!", "Hi {customer|there}!"),
        ("您好#{ticket.customer.firstname}", "您好{客户称呼}"),
        ("Hello $recipient_name, I am $agent_name", "Hello {customer}, I am {agent}"),
        ("{客户名}，您的{快递公司}单号{快递单号}", "{客户称呼}，您的{快递}单号{运单号}"),
        ("{客户称呼|亲}，{订单号}", "{客户称呼|亲}，{订单号}"),
        ("亲，$|$在的", "亲，{光标}在的"),
        ("今天#{date}，#{cursor}好", "今天{今天}，{光标}好"),
        ("${name}，您好", "{客户称呼}，您好"),
        ("满$100减$20", "满$100减$20"),
    ],
)
def test_foreign_variables_become_ours(foreign: str, ours: str) -> None:
    done = translate(foreign)
    assert (done.text, done.unknown) == (ours, [])


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{{conversation.id}}好", ["{{conversation.id}}"]),
        ("#{ticket.title}", ["#{ticket.title}"]),
        ("{会员等级}您好", ["{会员等级}"]),
        ("see $ticket_url", ["$ticket_url"]),
    ],
)
def test_unknown_variables_are_left_and_listed(text: str, unknown: list[str]) -> None:
    done = translate(text)
    assert (done.text, done.unknown) == (text, unknown)


def test_the_report_lists_unknown_variables(services: Services, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", HEAD, "dj,{会员等级}您好,接待", "dk,{会员等级}好,接待")
    assert the_file(take(services, path)).unknown == ["{会员等级}"]


@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_what_is_exported_is_the_same_when_imported(
    services: Services, tmp_path: Path, name: str
) -> None:
    take(services, SAMPLES / "phrases_qianniu_made.csv")
    services.phrases.load_starters()
    before = texts(services)
    path = tmp_path / name
    assert services.phrases.export(path) == len(before) == 247
    report = take(services, path)
    assert counts(report) == (0, 0, 247, 0)
    assert texts(services) == before


def test_the_exported_table_is_one_qianniu_reads(services: Services, tmp_path: Path) -> None:
    take(services, SAMPLES / "phrases_qianniu_made.csv")
    path = tmp_path / "out.csv"
    services.phrases.export(path)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"), newline="")))
    assert rows[0][:3] == HEAD.split(",")
    assert ["thdz", "退货地址以系统同意退货后显示的为准，\n请勿到付。", "售后"] in [
        r[:3] for r in rows
    ]


@pytest.mark.parametrize("name", ["out.txt", "no/such/folder/out.csv"])
def test_a_file_that_can_not_be_written_is_one_sentence(
    services: Services, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UserError):
        services.phrases.export(tmp_path / name)


@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_no_file_makes_the_reader_fall_over(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("any.csv", "any.json"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(data)
        try:
            file = read_phrases(path)
        except UserError:
            continue
        assert all(phrase.text for phrase in file.phrases)
