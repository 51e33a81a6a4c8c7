"""What lies behind a complaint, in the words of the house: no regulation lists them (单位设定)."""

CAUSES = (
    "人员服务",
    "产品与材料质量",
    "施工与维修质量",
    "设备设施",
    "流程与制度",
    "外协与供应商",
    "信息与沟通",
    "客户使用",
    "不可抗力",
    "其他",
)
