/// Dates and times as people write them: `2020-01-31`, `31.1.2020`, `Jan 31st, 2020 5:30 pm`, `20200131T1730Z`. Of three numbers the first is the
/// month where it can be, then the day; the year is the one that can be neither.
struct FreeDate {
    private enum Word {
        case number(String)
        case letters(String)
        case sign(Character)
    }

    private var words: ArraySlice<Word>
    private var numbers: [Int] = []
    private var month: Int?
    private var monthStandsFirst = false
    private var hasTime = false
    private var hasAnything = false
    private var year: Int?

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept",
    ]
    private static let days = [
        "mon", "monday", "tue", "tuesday", "wed", "wednesday", "thu", "thursday", "fri", "friday", "sat", "saturday", "sun", "sunday",
    ]
    private static let skipped = ["at", "on", "and", "ad", "of", "st", "nd", "rd", "th", "t", "m"]

    /// Whether a text is such a date, and one that there is.
    static func isReadable(_ text: String) -> Bool {
        guard text.utf8.count <= 100 else { return false }
        var date = FreeDate(words: words(text)[...])
        return date.read()
    }

    private init(words: ArraySlice<Word>) { self.words = words }

    private static func words(_ text: String) -> [Word] {
        var words: [Word] = []
        var run = ""
        func isNumber(_ character: Character) -> Bool { character.isASCII && character.isNumber }
        func close() {
            guard let first = run.first else { return }
            words.append(isNumber(first) ? .number(run) : .letters(run.lowercased()))
            run = ""
        }
        for character in text {
            let continues = run.last.map { isNumber($0) == isNumber(character) } ?? true
            if isNumber(character) || character.isLetter {
                if !continues { close() }
                run.append(character)
            } else {
                close()
                words.append(.sign(character))
            }
        }
        close()
        return words
    }

    private mutating func read() -> Bool {
        while let word = words.popFirst() {
            switch word {
            case .sign(let sign): guard accept(sign) else { return false }
            case .letters(let text): guard accept(letters: text) else { return false }
            case .number(let digits): guard accept(digits: digits) else { return false }
            }
        }
        return hasAnything && isRealDay
    }

    /// Signs between the parts; after a time a sign begins a zone's offset.
    private mutating func accept(_ sign: Character) -> Bool {
        if hasTime, sign == "+" || sign == "-", case .number(let digits)? = words.first {
            guard digits.count == 4 || digits.count <= 2 else { return false }
            words.removeFirst()
            if digits.count <= 2, case .sign(":")? = words.first {
                words.removeFirst()
                guard case .number? = words.popFirst() else { return false }
            }
            return true
        }
        return " .,;-/'\t()+".contains(sign)
    }

    private mutating func accept(letters text: String) -> Bool {
        if FreeDate.skipped.contains(text) { return true }
        if FreeDate.days.contains(text) {
            hasAnything = true
            return true
        }
        if let found = FreeDate.months.firstIndex(of: String(text.prefix(3))), text.count == 3 || FreeDate.monthNames.contains(text) {
            guard month == nil else { return false }
            month = found + 1
            monthStandsFirst = numbers.isEmpty
            hasAnything = true
            return true
        }
        if text == "am" || text == "pm" || text == "a" || text == "p" { return hasTime }
        return hasTime && ["utc", "gmt", "z", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "cet", "cest", "bst"].contains(text)
    }

    private mutating func accept(digits: String) -> Bool {
        hasAnything = true
        if case .sign(":")? = words.first { return acceptTime(digits) }
        if case .letters(let next)? = words.first, ["am", "pm", "h"].contains(next), let hour = Int(digits), hour <= (next == "h" ? 23 : 12) {
            hasTime = true
            words.removeFirst()
            return true
        }
        guard let value = Int(digits) else { return false }
        let length = digits.count
        if numbers.isEmpty, [8, 12, 14].contains(length) { return acceptCompact(Array(digits)) }
        if numbers.isEmpty, length == 6, month == nil {
            numbers = [value / 10_000, value / 100 % 100, value % 100]
            return true
        }
        if numbers.count == 3, !hasTime, length == 4 || length == 6 {
            hasTime = true
            return value / (length == 4 ? 100 : 10_000) < 24
        }
        guard length <= 4 else { return false }
        if length > 2 { year = year ?? value }
        numbers.append(value)
        return numbers.count <= 3
    }

    private mutating func acceptTime(_ hours: String) -> Bool {
        guard !hasTime, hours.count <= 2, let hour = Int(hours), hour < 24 else { return false }
        hasTime = true
        for _ in 0..<2 {
            guard case .sign(":")? = words.first else { return true }
            words.removeFirst()
            guard case .number(let digits)? = words.popFirst(), digits.count <= 2, let value = Int(digits), value < 60 else { return false }
        }
        if case .sign(".")? = words.first, case .number? = words.dropFirst().first { words.removeFirst(2) }
        return true
    }

    /// `20200131`, and with hours, minutes and seconds behind it.
    private mutating func acceptCompact(_ digits: [Character]) -> Bool {
        func value(_ range: Range<Int>) -> Int { Int(String(digits[range])) ?? 0 }
        numbers = [value(0..<4), value(4..<6), value(6..<8)]
        year = numbers[0]
        if digits.count > 8 {
            hasTime = true
            guard value(8..<10) < 24, value(10..<12) < 60, digits.count == 12 || value(12..<14) < 60 else { return false }
        }
        return true
    }

    /// Whether the numbers are a day that there is.
    private var isRealDay: Bool {
        if let month { return numbers.count <= 2 && isRealDay(month: month, others: numbers) }
        switch numbers.count {
        case 0: return true
        case 1: return numbers[0] > 0 && numbers[0] < 10_000
        case 2:
            let (a, b) = (numbers[0], numbers[1])
            if a > 31 || b > 31 { return (1...12).contains(a > 31 ? b : a) }
            return exists(2000, a, b) || exists(2000, b, a)
        default:
            let (a, b, c) = (numbers[0], numbers[1], numbers[2])
            if a > 31 || year == a { return exists(full(a), b, c) }
            return exists(full(c), a, b) || (a > 12 && exists(full(c), b, a))
        }
    }

    private func isRealDay(month: Int, others: [Int]) -> Bool {
        switch others.count {
        case 0: return true
        case 1: return others[0] > 31 ? others[0] < 10_000 : exists(2000, month, others[0])
        default:
            let (a, b) = (others[0], others[1])
            return a > 31 || year == a ? exists(full(a), month, b) : exists(full(b), month, a)
        }
    }

    private func full(_ year: Int) -> Int { year >= 100 ? year : year < 70 ? 2000 + year : 1900 + year }

    private func exists(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
