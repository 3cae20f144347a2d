internal import Foundation
package import Support

/// Mail addresses as far as Martlet writes to them.
package enum MailAddress {
    /// Whether a text is `name@machine` in plain ASCII, without anything that would end an SMTP command or a header.
    package static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let forbidden = Set("<>()[]\\,;:\"".utf8)
        return parts.count == 2 && text.utf8.count <= 254 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !forbidden.contains($0) }
    }
}

/// A mail of plain text, as RFC 5322 and MIME write it.
package struct MailMessage: Sendable {
    package var from: String
    package var to: [String]
    package var subject: String
    package var text: String
    package var date: Timestamp
    /// What the message is known by; the same where it is sent twice.
    package var id: String

    package init(from: String, to: [String], subject: String, text: String, date: Timestamp, id: String) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.date = date
        self.id = id
    }

    /// The lines of the message, without line ends.
    /// - Throws: `invalidInput` where an address could end its header.
    package func lines() throws(MartletError) -> [String] {
        guard ([from] + to).allSatisfy(MailAddress.isValid), !to.isEmpty else {
            throw MartletError(.invalidInput, "A mail address holds what none may hold. Correct it in monitoring.alert.")
        }
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let key = id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }
        var lines = ["Date: \(MailMessage.text(of: date))", "From: Martlet <\(from)>"]
        lines += to.enumerated().map { ($0 == 0 ? "To: " : " ") + $1 + ($0 == to.count - 1 ? "" : ",") }
        lines += MailMessage.subject(subject)
        lines += [
            "Message-ID: <\(String(key))@\(domain)>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
        ]
        return lines + body()
    }

    /// Plain where the text is ASCII with short lines, else Base64.
    private func body() -> [String] {
        let plain = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        if plain.allSatisfy({ $0.utf8.count < 990 && $0.utf8.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x09) } }) {
            return ["Content-Transfer-Encoding: 7bit", ""] + plain
        }
        let encoded = Data(plain.joined(separator: "\r\n").utf8).base64EncodedString()
        return ["Content-Transfer-Encoding: base64", ""] + MailMessage.pieces(encoded, 76)
    }

    /// The header of the subject: one line of ASCII, or encoded words (RFC 2047) of at most 75 characters.
    private static func subject(_ subject: String) -> [String] {
        let clean = String(String.UnicodeScalarView(subject.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        if clean.utf8.allSatisfy({ $0 < 0x7F }), clean.utf8.count < 200 { return ["Subject: \(clean)"] }
        var words: [String] = []
        var word = ""
        for character in clean {
            // 42 bytes are 56 characters of Base64; a word must hold whole characters.
            if word.utf8.count + character.utf8.count > 42, !word.isEmpty {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        words.append(word)
        let encoded = words.prefix(20).map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }
        return encoded.enumerated().map { ($0 == 0 ? "Subject: " : " ") + $1 }
    }

    private static func pieces(_ text: String, _ length: Int) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    /// `Fri, 27 Nov 2026 18:26:01 +0000`.
    static func text(of moment: Timestamp) -> String {
        let (days, second) = moment.microseconds.quotientAndFloor(by: 86_400_000_000)
        let date = CivilDate(daysSince1970: Int(days))
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int(((days % 7) + 7) % 7)]
        let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][max(0, min(11, date.month - 1))]
        let clock = [second / 3_600_000_000, second / 60_000_000 % 60, second / 1_000_000 % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(weekday), \(date.day) \(month) \(date.year) \(clock.joined(separator: ":")) +0000"
    }
}

extension Int64 {
    /// The quotient towards negative infinity, and what is left, which is not negative.
    fileprivate func quotientAndFloor(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
