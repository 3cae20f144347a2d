/// The tables of the comparison with Great Expectations, as SELECTs of equal columns: `i` whole numbers, `n` with missing ones, `f` with NaN and
/// infinities, `x` plain numbers, `s` text beyond ASCII, `b` truth values, `bn` with missing ones, `t` moments, `tz` moments of a zone, `d` dates,
/// `big` numbers beyond 2^53, `none` and `nf` nothing, `dt` dates as text, `j` JSON as text.
enum ComparedTables {
    static let all: [(String, String)] = [
        ("clean", clean), ("dirty", dirty), ("bare", "SELECT * FROM dirty LIMIT 0"), ("void", void), ("single", "SELECT * FROM clean LIMIT 1"),
    ]

    /// Which of the cases a table is asked: one of so many, from the given one on.
    static func share(_ table: String) -> (Int, from: Int) {
        switch table {
        case "dirty": (1, 0)
        case "clean": (3, 0)
        case "bare": (4, 1)
        case "void": (4, 2)
        default: (4, 3)
        }
    }

    private static let types =
        "i::BIGINT i, n::BIGINT n, f::DOUBLE f, x::DOUBLE x, s::VARCHAR s, b::BOOLEAN b, bn::BOOLEAN bn, t::TIMESTAMP t, tz::TIMESTAMPTZ tz, d::DATE d, big::BIGINT big, none::VARCHAR \"none\", nf::DOUBLE nf, dt::VARCHAR dt, j::VARCHAR j"

    private static func select(_ rows: [String]) -> String {
        "SELECT \(types) FROM (VALUES \(rows.map { "(\($0))" }.joined(separator: ", "))) AS r(i, n, f, x, s, b, bn, t, tz, d, big, none, nf, dt, j)"
    }

    private static let clean = select([
        "1, 10, 0.5, 1, 'ann', true, true, '2020-01-01 00:00:00', '2020-01-01 00:00:00+00', '2020-01-01', 1, NULL, NULL, '2020-01-01', '{}'",
        "2, 20, 1.5, 2, 'bob', true, false, '2020-01-02 10:30:00', '2020-01-02 10:30:00+02', '2020-01-02', 2, NULL, NULL, '2020-02-29', '[1]'",
        "3, 30, 2.5, 3, 'cyd', false, true, '2020-01-03 00:00:01', '2020-01-03 00:00:00+00', '2020-01-03', 3, NULL, NULL, '2021-12-31', '\"x\"'",
        "4, 40, 3.5, 4, 'dan', true, true, '2020-02-04 00:00:00', '2020-02-04 00:00:00+00', '2020-02-04', 4, NULL, NULL, '1999-01-31', '1.5'",
        "5, 50, 4.5, 5, 'eve', false, true, '2021-01-05 00:00:00', '2021-01-05 00:00:00+00', '2021-01-05', 5, NULL, NULL, '2000-02-29', 'true'",
    ])

    private static let dirty = select([
        "1, 10, 1.5, 1, 'ann', true, true, '2020-01-01 00:00:00', '2020-01-01 00:00:00+01', '2020-01-01', 9223372036854775807, NULL, NULL, '2020-01-01', '{\"a\":1}'",
        "2, 20, -2, 2, 'bob', false, NULL, '2020-01-02 00:00:00', '2020-01-02 00:00:00+00', '2020-01-02', 9007199254740993, NULL, NULL, 'bad', '[1,'",
        "2, NULL, 'nan'::DOUBLE, 3, '', true, false, NULL, NULL, NULL, 9007199254740992, NULL, NULL, '2020-13-01', 'NaN'",
        "4, 40, 'inf'::DOUBLE, 4, 'Éve', true, true, '2021-06-01 12:00:00', '2021-06-01 12:00:00+00', '2021-06-01', -9223372036854775808, NULL, NULL, '2020-1-2', '\"x\"'",
        "5, 20, 0, 5.5, NULL, true, NULL, '1970-01-01 00:00:00', '1970-01-01 00:00:00+00', '1970-01-01', 0, NULL, NULL, NULL, NULL",
        "9, NULL, 1.5, 100, 'bob', true, true, '2020-01-01 00:00:00', '2020-01-01 00:00:00+00', '2020-01-01', 1, NULL, NULL, '2020-02-30', '1 2'",
        "-3, 10, '-inf'::DOUBLE, -7.25, '日本🎈', false, true, '2262-01-01 00:00:00', '2262-01-01 00:00:00+00', '2100-01-01', 9007199254740993, NULL, NULL, '2019-02-28', ''",
        "0, 10, NULL, 2, 'E\u{301}ve\n', true, false, '2020-01-01 00:00:00.000001', '2020-01-01 00:00:00.000001+00', '0001-01-01', -1, NULL, NULL, ' 2020-01-01', 'nul'",
    ])

    private static let void = select([
        "1, NULL, NULL, NULL, NULL, true, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL",
        "1, NULL, 'nan'::DOUBLE, NULL, NULL, true, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL",
    ])
}
