import EngineHeaders
import Support

/// Binned training or validation data. Made, used and freed on the owner thread.
final class DatasetHandle {
    private let api: LightGBMAPI
    let pointer: UnsafeMutableRawPointer

    /// - Parameter reference: the training data whose bins validation data takes over.
    init(_ api: LightGBMAPI, _ matrix: TrainingMatrix, parameters: String, reference: DatasetHandle?) throws(MartletError) {
        self.api = api
        let values = matrix.contiguous
        var handle: UnsafeMutableRawPointer?
        let status = values.withUnsafeBytes { bytes in
            bytes.baseAddress.map { data in
                api.calls.dataset_create_from_mat(
                    data, ElementType.double, Int32(matrix.rowCount), Int32(matrix.features.count), 0, parameters, reference?.pointer, &handle)
            } ?? -1
        }
        try api.check(status, "LightGBM cannot use this data for training.")
        guard let handle else { throw MartletError(.defect, "LightGBM made no data set.") }
        pointer = handle
        if reference == nil { try setNames(matrix.engineNames) }
        try setField("label", matrix.label)
        if let weight = matrix.weight { try setField("weight", weight) }
    }

    deinit { _ = api.calls.dataset_free(pointer) }

    private func setNames(_ names: [String]) throws(MartletError) {
        let texts = names.map { Array($0.utf8CString) }
        let status = withPointers(to: texts) { api.calls.dataset_set_feature_names(pointer, $0, CInt(names.count)) }
        try api.check(status, "LightGBM refuses the names of the features.")
    }

    private func setField(_ name: String, _ values: [Float]) throws(MartletError) {
        let status = values.withUnsafeBytes { bytes in
            bytes.baseAddress.map { api.calls.dataset_set_field(pointer, name, $0, CInt(values.count), ElementType.float) } ?? -1
        }
        try api.check(status, "LightGBM refuses the \(name)s.")
    }

    /// Pointers to every text for the time of a call.
    private func withPointers(to texts: [[CChar]], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> CInt) -> CInt {
        let all = texts.flatMap { $0 }
        return all.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = []
            var start = 0
            for text in texts {
                pointers.append(buffer.baseAddress.map { $0 + start })
                start += text.count
            }
            return pointers.withUnsafeMutableBufferPointer { $0.baseAddress.map(body) ?? -1 }
        }
    }
}

/// The numbers by which LightGBM knows element types.
enum ElementType {
    static let float: CInt = 0
    static let double: CInt = 1
}

/// A model of the engine. Used on the owner thread, and freed there; rows are predicted on any thread.
///
/// Unchecked Sendable: the pointer is immutable, and every use of it runs on the owner thread, one after the other, save predictions, which only read the
/// model and which the engine allows side by side.
final class BoosterHandle: @unchecked Sendable {
    let api: LightGBMAPI
    let pointer: UnsafeMutableRawPointer

    /// A new booster over training data.
    init(_ api: LightGBMAPI, training: DatasetHandle, parameters: String) throws(MartletError) {
        self.api = api
        var handle: UnsafeMutableRawPointer?
        try api.check(api.calls.booster_create(training.pointer, parameters, &handle), "LightGBM cannot train with these parameters.")
        guard let handle else { throw MartletError(.defect, "LightGBM made no booster.") }
        pointer = handle
    }

    /// A booster from the text of a model.
    init(_ api: LightGBMAPI, text: String) throws(MartletError) {
        self.api = api
        var handle: UnsafeMutableRawPointer?
        var iterations: CInt = 0
        let status = api.calls.booster_load_model_from_string(text, &iterations, &handle)
        try api.check(status, "This is not the text of a LightGBM model. Export it again with save_model().")
        guard let handle else { throw MartletError(.defect, "LightGBM made no booster.") }
        pointer = handle
    }

    deinit {
        let call = BoosterRelease(api: api, pointer: pointer)
        OwnerThread.lightGBM.runLater { call.run() }
    }

    /// The model as text, with its first `iterations` rounds; all for 0.
    func text(iterations: Int) throws(MartletError) -> String {
        var length: Int64 = 0
        var bytes = [CChar](repeating: 0, count: 1 << 16)
        for _ in 0..<2 {
            if Int(length) > bytes.count { bytes = [CChar](repeating: 0, count: Int(length)) }
            let status = api.calls.booster_save_model_to_string(pointer, 0, CInt(iterations), 0, Int64(bytes.count), &length, &bytes)
            try api.check(status, "LightGBM cannot write the model as text.")
            if Int(length) <= bytes.count { break }
        }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// An integer that a call of the engine answers with.
    func count(_ call: (UnsafeMutableRawPointer, UnsafeMutablePointer<CInt>) -> CInt) throws(MartletError) -> Int {
        var value: CInt = 0
        try api.check(call(pointer, &value), "LightGBM does not answer.")
        return Int(value)
    }

    /// The names of the metrics, in the order of their values.
    func metricNames() throws(MartletError) -> [String] {
        let count = try count(api.calls.booster_get_eval_counts)
        return try names(count, api.calls.booster_get_eval_names)
    }

    /// The names of the features.
    func featureNames() throws(MartletError) -> [String] {
        try names(try count(api.calls.booster_get_num_feature), api.calls.booster_get_feature_names)
    }

    private func names(
        _ count: Int,
        _ call: (
            UnsafeMutableRawPointer, CInt, UnsafeMutablePointer<CInt>, Int, UnsafeMutablePointer<Int>,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) -> CInt
    ) throws(MartletError) -> [String] {
        var length = 256
        while true {
            let memory = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, length * count))
            memory.initialize(repeating: 0, count: max(1, length * count))
            defer { memory.deallocate() }
            var pointers = (0..<max(1, count)).map { Optional(memory + ($0 < count ? $0 * length : 0)) }
            var found: CInt = 0
            var needed = 0
            try api.check(call(pointer, CInt(count), &found, length, &needed, &pointers), "LightGBM does not name its features and metrics.")
            if needed <= length { return (0..<min(count, Int(found))).map { String(cString: memory + $0 * length) } }
            length = needed
        }
    }
}

/// The freeing of a booster, carried to the owner thread.
///
/// Unchecked Sendable: the pointer has no other user left.
private struct BoosterRelease: @unchecked Sendable {
    let api: LightGBMAPI
    let pointer: UnsafeMutableRawPointer

    func run() { _ = api.calls.booster_free(pointer) }
}
