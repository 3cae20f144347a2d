import Support

/// A message of TensorFlow's metadata as a tree of named fields, read from and written as text format, bytes and JSON.
struct Message: Sendable, Equatable {
    indirect enum Value: Sendable, Equatable {
        case text(String)
        case whole(Int)
        case number(Double)
        case flag(Bool)
        case word(String)
        case message(Message)
        /// Something that is read over.
        case other
    }

    struct Entry: Sendable, Equatable {
        var name: String
        var value: Value
    }

    /// In the order in which they were read or set.
    private(set) var entries: [Entry] = []

    init() {}

    mutating func add(_ name: String, _ value: Value) { entries.append(Entry(name: name, value: value)) }
    mutating func add(_ name: String, _ text: String?) { if let text { add(name, .text(text)) } }
    mutating func add(_ name: String, _ whole: Int?) { if let whole { add(name, .whole(whole)) } }
    mutating func add(_ name: String, _ number: Double?) { if let number { add(name, .number(number)) } }
    mutating func add(_ name: String, _ message: Message?) { if let message { add(name, .message(message)) } }

    /// The values of a field, in their order.
    subscript(all name: String) -> [Value] { entries.filter { $0.name == name }.map(\.value) }

    /// The last value of a field, which is the one that counts.
    private func last(_ name: String) -> Value? { entries.last { $0.name == name }?.value }

    func has(_ name: String) -> Bool { last(name) != nil }

    func text(_ name: String) -> String? { if case .text(let text)? = last(name) { text } else { nil } }
    func texts(_ name: String) -> [String] { self[all: name].compactMap { if case .text(let text) = $0 { text } else { nil } } }
    func whole(_ name: String) -> Int? { if case .whole(let number)? = last(name) { number } else { nil } }
    func number(_ name: String) -> Double? { if case .number(let number)? = last(name) { number } else { nil } }
    func flag(_ name: String) -> Bool { if case .flag(let flag)? = last(name) { flag } else { false } }
    func word(_ name: String) -> String? { if case .word(let word)? = last(name) { word } else { nil } }
    func message(_ name: String) -> Message? { if case .message(let message)? = last(name) { message } else { nil } }
    func messages(_ name: String) -> [Message] { self[all: name].compactMap { if case .message(let message) = $0 { message } else { nil } } }

    /// The names of the fields that were read over, here and below, each once.
    var unread: [String] {
        var names: [String] = []
        for entry in entries {
            let found: [String]
            switch entry.value {
            case .other: found = [entry.name]
            case .message(let message): found = message.unread
            default: found = []
            }
            for name in found where !names.contains(name) { names.append(name) }
        }
        return names
    }
}
