import Support
import Tables

/// The keys by which callers know their rows: an input beside the model's, or a parameter of a request with one row.
struct CallersKeys {
    /// How the input is called.
    let name: String
    let rows: Int

    /// - Throws: `invalidInput` where there are not as many as rows.
    func read(_ tensor: Tensor?, parameter: String?) throws(MartletError) -> TextValues? {
        guard let tensor else {
            guard let parameter else { return nil }
            guard rows == 1 else {
                throw MartletError(
                    .invalidInput, "A key as a parameter names one row; this request has \(rows). Send the keys as an input “\(name)”.")
            }
            return TextValues([parameter])
        }
        guard tensor.count == rows else {
            throw MartletError(.invalidInput, "Input “\(tensor.name)” has \(tensor.count) keys, but there are \(rows) rows.")
        }
        switch tensor.decoded {
        case .text(let values): return TextValues(values.map { $0?.isEmpty == true ? nil : $0 })
        case .integers(let values): return TextValues(values.map { String($0) })
        case .numbers(let values): return TextValues(values.map { $0.isFinite ? JSONValue.text(of: $0) : nil })
        case .raw: return nil
        }
    }
}
