/// HTML or SVG that is safe to send: literals are taken as they are, every interpolated string is escaped.
///
/// Because only literals and other `HTML` get in unescaped, no text of a user's can become markup, in an element or a quoted attribute.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init(stringLiteral value: String) { text = value }
    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Escapes a text.
    package init(_ value: String) {
        text = ""
        HTML.escape(value, into: &text)
    }

    package static let nothing: HTML = ""

    package static func += (a: inout HTML, b: HTML) { a.text += b.text }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity + interpolationCount * 24) }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ value: HTML) { text += value.text }
        package mutating func appendInterpolation(_ values: [HTML]) { text += values.map(\.text).joined(separator: "\n") }
        package mutating func appendInterpolation(_ value: String) { HTML.escape(value, into: &text) }
        package mutating func appendInterpolation(_ value: Int) { text += String(value) }
        /// A coordinate, to a hundredth.
        package mutating func appendInterpolation(_ value: Double) { text += Figure.coordinate(value) }
    }

    private static func escape(_ value: String, into out: inout String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n", "\t": out.unicodeScalars.append(scalar)
            case "\r": break
            // Control characters are not allowed in HTML, and a NUL ends a text in some readers.
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): out.unicodeScalars.append("\u{FFFD}")
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A text of the user's own, kept apart from the direction of the text around it.
package func isolated(_ text: String) -> HTML { "<bdi>\(text)</bdi>" }
