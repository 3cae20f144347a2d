import Foundation

/// Tests of single texts for what identifies people, with check digits where there are any.
enum PersonalPatterns {
    /// The class that a text is certainly of; nil for most.
    static func personalClass(of text: String) -> PersonalClass? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (5...80).contains(text.utf8.count) else { return nil }
        if isEmail(text) { return .email }
        if isAddressOfNetwork(text) { return .ip }
        let compact = text.filter { $0 != " " && $0 != "-" && $0 != "." }
        if isIBAN(compact) { return .iban }
        if isNationalID(text, compact) { return .nationalID }
        if isCreditCard(text, compact) { return .creditCard }
        return isPhone(text) ? .phone : nil
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool { text.range(of: "^(?:\(pattern))$", options: .regularExpression) != nil }

    static func isEmail(_ text: String) -> Bool { matches(text, "[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}") }

    static func isAddressOfNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4, parts.allSatisfy({ $0.count <= 3 && UInt8($0) != nil }) { return true }
        return text.contains(":") && matches(text, "([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}")
            && (text.contains("::") || text.filter { $0 == ":" }.count == 7)
    }

    /// ISO 13616: the remainder by 97 is 1, letters counted from 10.
    static func isIBAN(_ text: String) -> Bool {
        guard matches(text, "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}") else { return false }
        return remainder(text.dropFirst(4) + text.prefix(4), by: 97) == 1
    }

    private static func remainder(_ text: some Sequence<Character>, by divisor: Int) -> Int {
        text.reduce(0) { rest, character in
            let value = character.hexDigitValue.map { $0 < 10 ? $0 : nil } ?? nil
            if let value { return (rest * 10 + value) % divisor }
            let letter = Int(character.uppercased().unicodeScalars.first?.value ?? 55) - 55
            return (rest * 100 + letter) % divisor
        }
    }

    /// ISO/IEC 7812: 13 to 19 digits with Luhn's check digit, of an issuer's range.
    static func isCreditCard(_ text: String, _ compact: String) -> Bool {
        guard matches(compact, "(4|5[1-5]|2[2-7]|3[47]|3[068]|6)[0-9]{12,18}"), (13...19).contains(compact.count), text.count <= 23 else {
            return false
        }
        return isLuhn(compact)
    }

    /// Every second digit from the right counts twice; the sum of all digits is a multiple of ten.
    static func isLuhn(_ digits: String) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, entry in
            let digit = entry.element.wholeNumberValue ?? 0
            return sum + (entry.offset % 2 == 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2)
        }
        return sum % 10 == 0 && Set(digits).count > 1
    }

    /// International with a plus or two zeros, or national with separators: 7 to 15 digits.
    static func isPhone(_ text: String) -> Bool {
        let digits = text.filter(\.isNumber).count
        guard (7...15).contains(digits), !matches(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}.*"), !matches(text, "[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}.*")
        else {
            return false
        }
        return matches(text, "(\\+|00)[0-9][0-9 ()/.-]{5,18}[0-9]") || matches(text, "(\\(?0?[0-9]{2,5}\\)?[ /-])[0-9]{2,4}([ -]?[0-9]{2,4}){1,3}")
    }

    /// Numbers by which states know people: of the United States, Switzerland, Britain, France, Spain, Germany and Italy.
    static func isNationalID(_ text: String, _ compact: String) -> Bool {
        if matches(text, "[0-9]{3}-[0-9]{2}-[0-9]{4}") { return !matches(text, "(000|666|9..)-.*|...-00-.*|.*-0000") }
        if matches(text, "756[.]?[0-9]{4}[.]?[0-9]{4}[.]?[0-9]{2}") { return isEAN(compact) }
        if matches(compact, "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]") { return true }
        if matches(compact, "[0-9]{8}[A-Z]"), let number = Int(compact.prefix(8)) {
            return Array("TRWAGMYFPDXBNJZSQVHLCKE")[number % 23] == compact.last
        }
        if matches(compact, "[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{10}"), let body = Int(compact.prefix(13)), let key = Int(compact.suffix(2)) {
            return key == 97 - body % 97
        }
        return matches(compact, "[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]")
    }

    /// The check digit of a Swiss number, as of EAN-13.
    private static func isEAN(_ digits: String) -> Bool {
        let sum = digits.enumerated().reduce(0) { $0 + ($1.element.wholeNumberValue ?? 0) * ($1.offset % 2 == 0 ? 1 : 3) }
        return digits.count == 13 && sum % 10 == 0
    }
}
