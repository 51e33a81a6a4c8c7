"""The demo's organisation: two units, their departments, and invented people with posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Department, Deputy, Factor, FactorKind, Post, Role, User
from accounts.policy import policy
from accounts.signing import totp
from records import clock, sealing
from regulations.bindings import HEAD

PASSWORD = "Bihuan2026huan"

TOURISM = "大理文旅集团"
TOBACCO = "青禾岭烟草制品公司"

# Unit → department → its other names.
DEPARTMENTS: dict[str, dict[str, list[str]]] = {
    TOURISM: {
        "总经理办公室": [],
        "客户服务部": ["客服部"],
        "营销部": ["营销中心", "销售部"],
        "物业公司": ["物管公司"],
        "项目工程部": ["工程技术部"],
        "项目部": [],
        "设计部": [],
        "旅游商业运营中心": [],
        "项目前期报建": ["前期报建组"],
        "成本采供部": ["成本部"],
        "财务部": [],
        "法律事务中心": ["法务中心"],
        "人力运营中心": [],
        "酒管公司": ["酒店管理公司"],
        "审计监察部": [],
        "信息中心": [],
    },
    TOBACCO: {
        "公司管理层": ["管理层"],
        "客服部门": ["客服部"],
        "销售部门": ["销售部"],
        "质量部门": ["质量部"],
        "监督审计部门": ["审计部"],
        "生产部门": ["生产"],
        "采购部门": ["采购"],
        "综合办公室": [],
    },
}


class Person(NamedTuple):
    """Somebody with posts in one department; all posts carry the same role but where given."""

    username: str
    name: str
    department: str
    role: str
    titles: tuple[str, ...]


R = Role
PEOPLE: dict[str, tuple[Person, ...]] = {
    TOURISM: (
        Person(
            "linxiaoyun",
            "林晓芸",
            "客户服务部",
            R.DEPARTMENT_HEAD,
            (HEAD, "客服部负责人", "客服部经理"),
        ),
        Person("zhoumin", "周敏", "客户服务部", R.CUSTOMER_SERVICE, ("投诉专员",)),
        Person("hejia", "和佳", "客户服务部", R.CUSTOMER_SERVICE, ("客服专员",)),
        Person("yangruolan", "杨若兰", "客户服务部", R.CUSTOMER_SERVICE, ("客服专员",)),
        Person("duanhongwei", "段宏伟", "物业公司", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("zhaogang", "赵刚", "物业公司", R.HANDLER, ("维修主管",)),
        Person("yangfan", "杨帆", "物业公司", R.HANDLER, ("秩序主管",)),
        Person("lisongmei", "李松梅", "物业公司", R.HANDLER, ("管家主管",)),
        Person("yinlan", "尹岚", "物业公司", R.CUSTOMER_SERVICE, ("物业前台",)),
        Person("sujianing", "苏嘉宁", "营销部", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("maxiao", "马骁", "营销部", R.HANDLER, ("案场经理",)),
        Person("liushiyu", "刘诗雨", "营销部", R.HANDLER, ("签约主管",)),
        Person("wangjianye", "王建业", "项目工程部", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("zhangliming", "张立明", "项目工程部", R.HANDLER, ("土建工程师",)),
        Person("liguodong", "李国栋", "项目工程部", R.HANDLER, ("安装工程师",)),
        Person("donghaitao", "董海涛", "项目部", R.DEPARTMENT_HEAD, (HEAD, "项目总")),
        Person("yangzhiqiang", "杨志强", "项目部", R.HANDLER, ("项目经理",)),
        Person("guqing", "顾青", "设计部", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("luoman", "罗曼", "旅游商业运营中心", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("hejiayi", "何嘉怡", "旅游商业运营中心", R.HANDLER, ("租赁主管",)),
        Person("qianwenbo", "钱文博", "项目前期报建", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("sunli", "孙莉", "成本采供部", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("guojing", "郭静", "财务部", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("hanbing", "韩冰", "法律事务中心", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("baixue", "白雪", "酒管公司", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("mushan", "木杉", "酒管公司", R.HANDLER, ("前厅主管",)),
        Person(
            "shenzhuo",
            "沈卓",
            "人力运营中心",
            R.MANAGEMENT,
            (HEAD, "人力运营副总", "人力运营中心副总经理"),
        ),
        Person("tangxue", "唐雪", "人力运营中心", R.HR, ("绩效专员",)),
        Person("luqing", "陆晴", "人力运营中心", R.RULE_OWNER, ("制度专员",)),
        Person(
            "chenglixin",
            "程立新",
            "总经理办公室",
            R.MANAGEMENT,
            ("分管副总", "客服部分管副总", "主管领导"),
        ),
        Person("gaoyuan", "高远", "总经理办公室", R.MANAGEMENT, ("总经理",)),
        Person("konglingyi", "孔令仪", "审计监察部", R.AUDITOR, ("审计专员",)),
        Person("qinmo", "秦墨", "审计监察部", R.AUDITOR, ("审计主管",)),
        Person("fangzhou", "方舟", "信息中心", R.ADMINISTRATOR, ("系统管理员",)),
    ),
    TOBACCO: (
        Person("taoran", "陶然", "客服部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("xujing", "许静", "客服部门", R.CUSTOMER_SERVICE, ("客服专员",)),
        Person("songjiaqi", "宋佳琪", "客服部门", R.CUSTOMER_SERVICE, ("客服专员",)),
        Person("meiyun", "梅芸", "客服部门", R.HANDLER, ("售后专员",)),
        Person("weidong", "魏东", "销售部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("dingkai", "丁凯", "销售部门", R.HANDLER, ("配送主管",)),
        Person("jiangwen", "蒋雯", "销售部门", R.HANDLER, ("渠道主管",)),
        Person("yeqing", "叶青", "质量部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("renjie", "任杰", "质量部门", R.HANDLER, ("检测工程师",)),
        Person("zengwen", "曾雯", "质量部门", R.HANDLER, ("质量工程师",)),
        Person("shijian", "石坚", "监督审计部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("lufang", "卢芳", "监督审计部门", R.AUDITOR, ("审计专员",)),
        Person("yaoshu", "姚舒", "监督审计部门", R.AUDITOR, ("审计主管",)),
        Person("zhengguoqiang", "郑国强", "公司管理层", R.MANAGEMENT, (HEAD,)),
        Person("panzhiyuan", "潘志远", "生产部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("yuxiaodong", "余晓东", "采购部门", R.DEPARTMENT_HEAD, (HEAD,)),
        Person("pengxue", "彭雪", "综合办公室", R.HR, ("人事专员",)),
        Person("liqing", "黎清", "综合办公室", R.RULE_OWNER, ("制度专员",)),
        Person("wangyu", "汪宇", "综合办公室", R.ADMINISTRATOR, ("系统管理员",)),
    ),
}

# Who is named when the demo starts: somebody of each role in each unit, and who has most to do.
SHOWN = (
    "zhoumin",
    "linxiaoyun",
    "duanhongwei",
    "zhaogang",
    "sujianing",
    "liushiyu",
    "liguodong",
    "shenzhuo",
    "gaoyuan",
    "konglingyi",
    "tangxue",
    "luqing",
    "fangzhou",
    "xujing",
    "taoran",
    "weidong",
    "dingkai",
    "yeqing",
    "zhengguoqiang",
    "lufang",
    "pengxue",
    "liqing",
    "wangyu",
)

# Somebody is away, and somebody acts with the rights of their posts: days before and after now.
AWAY = (("wangjianye", "liguodong", 16, 5),)
SINCE = timedelta(days=1000)


@dataclass(frozen=True)
class Organisation:
    """The two units, departments by (unit, name) and people by user name."""

    tourism: Department
    tobacco: Department
    departments: dict[tuple[str, str], Department]
    people: dict[str, User]


def organisation() -> Organisation:
    """Return the demo's organisation; it is created where it is not there yet."""
    if not are_there():
        with transaction.atomic():
            _create(clock.now())
    return _stored()


def are_there() -> bool:
    """Say whether the demo's people have been created."""
    return User.objects.filter(username=PEOPLE[TOURISM][0].username).exists()


def enrol() -> None:
    """Give an authenticator to whoever needs a second factor and has none; in one demo all share a secret."""
    needing = {p.username for _unit, p in everybody() if p.role in policy().second_factor}
    people = User.objects.filter(username__in=needing, factors=None).order_by("pk")
    secret = totp.new_secret()
    for person in people:
        totp.add(person, secret, "演示验证器", step=0)


def _secrets() -> dict[str, str]:
    """Return the secret of each authenticator by user name."""
    rows = Factor.objects.filter(kind=FactorKind.TOTP).values_list("person__username", "secret")
    return {username: sealing.unseal(sealed, totp.PURPOSE) for username, sealed in rows}


def logins() -> list[dict[str, str]]:
    """Return who can sign in, unit by unit: username, name, role label, unit, password, and the secret
    of an authenticator as `totp`, empty where they need none.
    """
    secrets = _secrets()
    known = {person.username: (unit, person) for unit, person in everybody()}
    return [
        {
            "username": username,
            "name": known[username][1].name,
            "role": str(Role(known[username][1].role).label),
            "unit": known[username][0],
            "password": PASSWORD,
            "totp": secrets.get(username, ""),
        }
        for username in SHOWN
    ]


def everybody() -> Iterator[tuple[str, Person]]:
    """Yield everybody with the name of their unit."""
    for unit, people in PEOPLE.items():
        for person in people:
            yield unit, person


def head_of(unit: str, department: str) -> str:
    """Return the user name of a department's head."""
    return next(p.username for p in PEOPLE[unit] if p.department == department and HEAD in p.titles)


def _create(now: datetime) -> None:
    departments = _create_departments()
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=p.username, name=p.name, email=f"{p.username}@example.com", password=secret)
        for _unit, p in everybody()
    )
    people = {user.username: user for user in users}
    Post.objects.bulk_create(
        Post(
            person=people[person.username],
            department=departments[unit, person.department],
            title=title,
            role=person.role,
            since=now - SINCE,
        )
        for unit, person in everybody()
        for title in person.titles
    )
    Deputy.objects.bulk_create(
        Deputy(
            person=people[person],
            deputy=people[deputy],
            since=now - timedelta(days=before),
            until=now + timedelta(days=after),
        )
        for person, deputy, before, after in AWAY
    )


def _create_departments() -> dict[tuple[str, str], Department]:
    units = {unit: Department.objects.create(name=unit) for unit in DEPARTMENTS}
    rows = Department.objects.bulk_create(
        Department(name=name, parent=units[unit], aliases=aliases)
        for unit, departments in DEPARTMENTS.items()
        for name, aliases in departments.items()
    )
    return {(row.parent.name, row.name): row for row in rows}


def _stored() -> Organisation:
    units = {name: Department.objects.get(name=name, parent=None) for name in DEPARTMENTS}
    rows = Department.objects.filter(parent__in=units.values()).select_related("parent")
    return Organisation(
        tourism=units[TOURISM],
        tobacco=units[TOBACCO],
        departments={(row.parent.name, row.name): row for row in rows},
        people={
            user.username: user
            for user in User.objects.filter(username__in=[p.username for _unit, p in everybody()])
        },
    )
