import Foundation
import Support
import Testing

@Suite("Times")
struct TimestampTests {
    @Test(
        "A time is read with date, clock, fraction and offset",
        arguments: [
            ("1970-01-01", 0), ("2026-11-23T21:36:00.123456Z", 1_795_469_760_123_456), ("2026-11-23 21:36:00.123456", 1_795_469_760_123_456),
            ("2026-11-23t21:36:00.123456z", 1_795_469_760_123_456), ("2000-02-29", 951_782_400_000_000), ("1969-12-31T23:59:59.999999Z", -1),
            ("0001-01-01", -62_135_596_800_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999), ("1970-01-01T00:01", 60_000_000),
            ("1970-01-01T01:00:00+01:00", 0), ("1970-01-01T00:00:00-03:30", 12_600_000_000), ("1970-01-01T05:30:00+0530", 0),
            ("1970-01-01 02:00:00+02", 0), ("1970-01-01T00:00:00.5Z", 500_000), ("1970-01-01T00:00:00.1234567Z", 123_457),
            ("1970-01-01T23:59:60Z", 86_400_000_000), ("1970-01-01T24:00:00Z", 86_400_000_000),
        ])
    func reads(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "What is not a time is refused",
        arguments: [
            "", "T", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-11-00", "2026-11-31", "2023-02-29", "1900-02-29", "2100-02-29", "26-11-23",
            "2026-1-1",
            "+026-11-23", "2026-+1-23", "2026-11-023", "2026/11/23", "2026-11-23T", "2026-11-23 ", " 2026-11-23", "T2026-11-23",
            "2026-11-23T25:00:00Z",
            "2026-11-23T24:00:01Z", "2026-11-23T24:59:00Z", "2026-11-23T12:60:00Z", "2026-11-23T12:00:61Z", "2026-11-23T12", "2026-11-23T1:2:3Z",
            "2026-11-23T12:00:1e1Z", "2026-11-23T12:00:0x1p3Z", "2026-11-23T12:00:nanZ", "2026-11-23T12:00:00.Z", "2026-11-23T12:00:.5Z",
            "2026-11-23T12:00:00+1", "2026-11-23T12:00:00+25:00", "2026-11-23T12:00:00+01:60", "2026-11-23T12:00:00++100",
            "2026-11-23T12:00:00+01:00Z",
            "2026-11-23T12:00:00ZZ", "2026-11-23T+12:00:00", "2026-11-23T12:00:00 UTC", "٢٠٢٦-11-23", "99999999999999999999-01-01",
        ])
    func refuses(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("A time is written with a fraction only where there is one, and reads back as itself")
    func writes() {
        #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: 1_795_469_760_000_100).description == "2026-11-23T21:36:00.000100Z")
        #expect(Timestamp(microseconds: 1_795_469_760_000_100).date == "2026-11-23")
        var random = RandomSource(seed: 3)
        for _ in 0..<5000 {
            let time = Timestamp(microseconds: -62_135_596_800_000_000 + Int64(random.next() % 315_537_897_600_000_000))
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test("The calendar has every day of 800 years once, with its leap days")
    func calendar() {
        var leapDays = 0
        var wrong: [Int] = []
        for day in -135_140..<157_054 {
            let date = CivilDate(daysSince1970: day)
            if date.daysSince1970 != day || CivilDate(date.description) != date { wrong.append(day) }
            if date.month == 2, date.day == 29 { leapDays += 1 }
        }
        #expect(wrong == [])
        #expect(CivilDate(daysSince1970: -135_140).description == "1600-01-01")
        #expect(CivilDate(daysSince1970: 157_054).description == "2400-01-01")
        #expect(leapDays == 194, "two periods of 400 years with 97 leap days each")
    }

    @Test("Seconds that no time can hold end at the first or last moment instead of trapping")
    func extremes() {
        #expect(Timestamp(seconds: 1.5).microseconds == 1_500_000)
        #expect(Timestamp(seconds: -0.000_001).microseconds == -1)
        #expect(Timestamp(seconds: .infinity).microseconds == .max)
        #expect(Timestamp(seconds: -1e300).microseconds == .min)
        #expect(Timestamp(seconds: .nan).microseconds == 0)
        #expect(Timestamp(microseconds: .max - 5).advanced(bySeconds: 1).microseconds == .max)
        #expect(Timestamp(microseconds: .min + 5).advanced(bySeconds: -1).microseconds == .min)
        #expect(Timestamp(microseconds: 7).advanced(bySeconds: .infinity).microseconds == .max)
        #expect(Timestamp(microseconds: 7).advanced(bySeconds: -0.000_002).microseconds == 5)
    }

    @Test("The first and the last moment can be written")
    func descriptions() {
        #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
        #expect(Timestamp("-001-01-01") == nil)
    }

    @Test("A time in JSON is its text, and a text that is no time is an error that shows how one is written")
    func coding() throws {
        let time = Timestamp(microseconds: 1_795_469_760_123_456)
        #expect(String(decoding: try JSONEncoder().encode([time]), as: UTF8.self) == #"["2026-11-23T21:36:00.123456Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: Data(#"["2026-11-23T21:36:00.123456Z"]"#.utf8)) == [time])
        #expect(throws: (any Error).self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["soon"]"#.utf8)) }
    }

    @Test("A clock that is set stands still, moves forward and never back")
    func manualClock() {
        let clock = ManualClock(Timestamp(microseconds: 100))
        #expect(clock.now() == clock.now())
        clock.advance(to: Timestamp(microseconds: 200))
        clock.advance(to: Timestamp(microseconds: 150))
        #expect(clock.now().microseconds == 200)
    }
}
