import EngineHeaders
import Support

/// One engine of the library, destroyed once nobody holds it.
final class RegoHandle: Sendable {
    private let api: RegoAPI
    private let number: UInt64

    init(_ api: RegoAPI) {
        self.api = api
        number = api.calls.new_engine()
    }

    deinit { api.calls.destroy(number) }

    func add(policy name: String, _ source: String) throws(MartletError) -> JSONValue {
        try answer(name, source) { api.calls.add_policy(number, $0, $1) }
    }

    func add(data json: String) throws(MartletError) -> JSONValue { try answer("", json) { api.calls.add_data(number, $0, $1) } }

    func document(_ path: String, _ input: String) throws(MartletError) -> JSONValue {
        try answer(path, input) { api.calls.eval_document(number, $0, $1, 0, 0) }
    }

    func query(_ query: String, _ input: String) throws(MartletError) -> JSONValue {
        try answer(query, input) { api.calls.eval_query(number, $0, $1, 0, 0) }
    }

    /// Makes a call, reads its answer and gives the answer's memory back.
    /// - Throws: `invalidInput` with the engine's words for an error of a policy or an input.
    private func answer(
        _ first: String, _ second: String, _ call: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>?
    ) throws(MartletError) -> JSONValue {
        guard !first.utf8.contains(0), !second.utf8.contains(0) else {
            throw MartletError(.invalidInput, "A text for the policy engine holds a NUL character. Remove it.")
        }
        guard let pointer = first.withCString({ first in second.withCString { call(first, $0) } }) else {
            throw MartletError(.defect, "The policy engine gave no answer.")
        }
        let text = String(cString: pointer)
        api.calls.free_string(pointer)
        let answer = try JSONValue(parsing: text)
        guard answer["error"].isNull else {
            throw MartletError(.invalidInput, answer["error"]["message"].text ?? "The policy engine failed.", cause: answer["error"]["code"].text)
        }
        return answer["result"]
    }
}
