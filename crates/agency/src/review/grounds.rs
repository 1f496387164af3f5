//! Grounds on which a prescription is irrational 不合理处方: irregular, unsuitable or excessive. The list is the one in custom, of
//! 《医院处方点评管理规范（试行）》(卫医管发〔2010〕28号) Art 17–19 as it is retold; its wording here is ours, and shorter.

/// 不规范, 不适宜 or 超常.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Category {
    /// 不规范处方.
    Irregular,
    /// 用药不适宜处方.
    Unsuitable,
    /// 超常处方.
    Excessive,
}

impl Category {
    /// All, the lightest first.
    pub const ALL: [Category; 3] = [Category::Irregular, Category::Unsuitable, Category::Excessive];

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Category::Irregular => "不规范处方",
            Category::Unsuitable => "用药不适宜处方",
            Category::Excessive => "超常处方",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Category::Irregular => "irregular",
            Category::Unsuitable => "unsuitable",
            Category::Excessive => "excessive",
        }
    }
}

/// A ground.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Its code, as reviewers write it.
    pub code: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Ground {
    /// What kind of fault it is.
    #[must_use]
    pub fn category(&self) -> Category {
        match self.code.as_bytes().first() {
            Some(b'1') => Category::Irregular,
            Some(b'2') => Category::Unsuitable,
            _ => Category::Excessive,
        }
    }
}

const fn g(code: &'static str, zh: &'static str, en: &'static str) -> Ground {
    Ground { code, zh, en }
}

/// Every ground, in order of its code.
pub const GROUNDS: &[Ground] = &[
    g("1-1", "前记、正文、后记缺项，书写不规范或不清", "parts missing or illegible"),
    g("1-2", "医师签名、签章不规范或与留样不一致", "signature not as registered"),
    g("1-3", "药师未作适宜性审核，或调配、核对未签名", "not checked or signed by pharmacists"),
    g("1-4", "新生儿、婴幼儿未写明日、月龄", "age of an infant not in days or months"),
    g("1-5", "西药、中成药与中药饮片未分别开具", "kinds of medicine on one prescription"),
    g("1-6", "未使用药品规范名称", "medicine not under its proper name"),
    g("1-7", "剂量、规格、数量、单位不规范或不清楚", "dose, strength, quantity or unit unclear"),
    g("1-8", "用法用量含糊，如“遵医嘱”“自用”", "vague instructions for use"),
    g("1-9", "修改未签名注明日期，或超剂量未注明原因并签名", "changes or high doses not signed"),
    g("1-10", "未写临床诊断或诊断不全", "diagnosis missing or incomplete"),
    g("1-11", "单张门急诊处方超过五种药品", "more than five medicines"),
    g("1-12", "超过规定的用药天数而未注明理由", "more days of supply than allowed, without reason"),
    g("1-13", "特殊管理药品未执行有关规定", "rules for controlled medicines not kept"),
    g("1-14", "未按规定开具抗菌药物", "rules for antimicrobials not kept"),
    g("1-15", "中药饮片未按要求排列或标注", "herbal pieces not ordered or marked as required"),
    g("2-1", "适应证不适宜", "unsuitable indication"),
    g("2-2", "遴选的药品不适宜", "unsuitable choice of medicine"),
    g("2-3", "剂型或给药途径不适宜", "unsuitable form or way of giving"),
    g("2-4", "无正当理由不首选国家基本药物", "essential medicine not chosen first, without reason"),
    g("2-5", "用法、用量不适宜", "unsuitable dose or use"),
    g("2-6", "联合用药不适宜", "unsuitable combination"),
    g("2-7", "重复给药", "the same twice"),
    g("2-8", "配伍禁忌或不良相互作用", "incompatibility or interaction"),
    g("2-9", "其他用药不适宜", "otherwise unsuitable"),
    g("3-1", "无适应证用药", "no indication"),
    g("3-2", "无正当理由开具高价药", "expensive medicine without reason"),
    g("3-3", "无正当理由超说明书用药", "off label without reason"),
    g(
        "3-4",
        "无正当理由为同一患者同时开具两种以上药理作用相同的药物",
        "several medicines of one effect without reason",
    ),
];

/// The ground with this code.
#[must_use]
pub fn ground(code: &str) -> Option<&'static Ground> {
    GROUNDS.iter().find(|ground| ground.code == code)
}
