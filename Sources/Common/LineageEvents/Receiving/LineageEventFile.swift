internal import Foundation
internal import Objects
package import Support

/// Files with events.
package enum LineageEventFile {
    /// The most bytes of a file.
    private static let largest = 512 << 20

    /// Reads a file with one event a line, or a JSON array of events.
    /// - Throws: `notFound`, `tooLarge`, `invalidInput` with the place of the first that is no event.
    package static func events(in path: String) throws(MartletError) -> [ReceivedEvent] {
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
        guard size <= largest else {
            throw MartletError(.tooLarge, "\(path) is larger than \(largest >> 20) MB. Bring it in parts (split -l).")
        }
        let bytes = try readWhole(path)
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if first == UInt8(ascii: "[") {
            let elements = try JSONValue(parsing: bytes).elements
            return try elements.enumerated().map { (place, element) throws(MartletError) in try event(element, "\(path), event \(place + 1)") }
        }
        var events: [ReceivedEvent] = []
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            let place = "\(path), line \(number + 1)"
            let value: JSONValue
            do throws(MartletError) { value = try JSONValue(parsing: Array(line)) } catch {
                throw MartletError(error.code, "\(place): \(error.message)")
            }
            events.append(try event(value, place))
        }
        return events
    }

    private static func event(_ value: JSONValue, _ place: String) throws(MartletError) -> ReceivedEvent {
        do throws(MartletError) { return try ReceivedEvent(value) } catch { throw MartletError(error.code, "\(place): \(error.message)") }
    }
}
