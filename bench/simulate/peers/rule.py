"""The rule that all peers apply: ordinary outpatient care in Chongqing, articles 4 to 6 of 渝医保发〔2023〕32号.

A year's deductible is met by spending in scope: 200 yuan in work, 100 retired. Above it a share is paid: 60 % at tiers 1
and 2, 50 % at tier 3, ten points more for the retired, rounded half up to the fen. A year's limit: 3,000 yuan in work and
4,000 retired; in the first tier of the self-employed (plan 1) 800 and 1,200.

Every peer prints one line: `answer <claims> <in scope> <paid> <check> <claims paid>`, amounts in fen; check is the sum of
paid × (ts mod 1,000,003) mod 1,000,000,007, modulo the same.
"""
DEDUCTIBLE = {"active": 200_00, "retired": 100_00}
LIMIT = {(1, "active"): 800_00, (1, "retired"): 1_200_00, (2, "active"): 3_000_00, (2, "retired"): 4_000_00}
MARK, CHECK = 1_000_003, 1_000_000_007


def answer(name, seconds, claims, in_scope, paid, check, claims_paid):
    print(f"{name}: {seconds:.2f} s inside")
    said(claims, in_scope, paid, check, claims_paid)


def said(claims, in_scope, paid, check, claims_paid):
    print("answer", claims, in_scope, paid, int(check), claims_paid)
