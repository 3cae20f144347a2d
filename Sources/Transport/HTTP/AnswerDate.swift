internal import Foundation
internal import Synchronization

/// The `Date` of an answer (RFC 9110, section 6.6.1), written once a second.
enum AnswerDate {
    private static let held = Mutex((second: -1, text: ""))

    static var now: String {
        let second = time(nil)
        return held.withLock { held in
            if held.second != second { held = (second, text(second)) }
            return held.text
        }
    }

    /// For example `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ second: Int) -> String {
        var second = time_t(second)
        var parts = tm()
        gmtime_r(&second, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
