import EngineHeaders
import Support

/// A loaded model of the engine with the C names of its inputs and outputs; released exactly once.
///
/// Unchecked Sendable: everything is immutable after `init`, and ONNX Runtime's `Run` may be called on one session from any number of threads.
final class SessionHandle: @unchecked Sendable {
    let api: ONNXRuntimeAPI
    let pointer: UnsafeMutableRawPointer
    let inputs: [TensorDescription]
    let outputs: [TensorDescription]
    /// The names as the engine wants them, in the order of the descriptions.
    let inputNames: [UnsafePointer<CChar>?]
    let outputNames: [UnsafePointer<CChar>?]
    private let nameMemory: [UnsafeMutablePointer<CChar>]

    /// - Parameter create: the call that makes the session from options.
    init(
        _ api: ONNXRuntimeAPI, threads: Int, what: String,
        create: (_ options: UnsafeMutableRawPointer, _ out: inout UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
    ) throws(MartletError) {
        let options = try SessionOptions(api, threads: threads)
        var session: UnsafeMutableRawPointer?
        try api.check(create(options.pointer, &session), "\(what) is not an ONNX model that ONNX Runtime \(api.version) can run.")
        guard let session else { throw MartletError(.defect, "ONNX Runtime made no session.") }
        self.api = api
        pointer = session
        let reader = SessionReader(api: api, session: session)
        do {
            inputs = try reader.descriptions(
                api.calls.session_get_input_count, api.calls.session_get_input_name, api.calls.session_get_input_type_info)
            outputs = try reader.descriptions(
                api.calls.session_get_output_count, api.calls.session_get_output_name, api.calls.session_get_output_type_info)
        } catch {
            api.calls.release_session(session)
            throw error
        }
        nameMemory = (inputs + outputs).map { CStrings.copy($0.name) }
        inputNames = nameMemory.prefix(inputs.count).map { UnsafePointer($0) }
        outputNames = nameMemory.dropFirst(inputs.count).map { UnsafePointer($0) }
    }

    deinit {
        api.calls.release_session(pointer)
        for name in nameMemory { name.deallocate() }
    }

    /// The model's own key-value pairs, and its producer under `producer_name` where the pairs have no such key.
    func metadata() throws(MartletError) -> [String: String] {
        var metadata: UnsafeMutableRawPointer?
        try api.check(api.calls.session_get_model_metadata(pointer, &metadata), "The model's metadata cannot be read.")
        guard let metadata else { return [:] }
        defer { api.calls.release_model_metadata(metadata) }
        var producer: UnsafeMutablePointer<CChar>?
        try api.check(api.calls.model_metadata_get_producer_name(metadata, api.allocator, &producer), "The model's producer cannot be read.")
        var pairs = ["producer_name": api.text(producer)]
        for key in try keys(metadata) {
            var value: UnsafeMutablePointer<CChar>?
            let status = api.calls.model_metadata_lookup_custom_metadata_map(metadata, api.allocator, key, &value)
            try api.check(status, "The model's metadata cannot be read.")
            pairs[key] = api.text(value)
        }
        return pairs
    }

    private func keys(_ metadata: UnsafeMutableRawPointer) throws(MartletError) -> [String] {
        var keys: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var count: Int64 = 0
        let status = api.calls.model_metadata_get_custom_metadata_map_keys(metadata, api.allocator, &keys, &count)
        try api.check(status, "The model's metadata cannot be read.")
        guard let keys else { return [] }
        defer { api.release(keys) }
        return (0..<Int(count)).map { api.text(keys[$0]) }
    }
}

/// Texts that end with NUL, on the heap.
enum CStrings {
    /// A copy that the caller deallocates.
    static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = text.utf8CString
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { (memory + index).initialize(to: byte) }
        return memory
    }
}

/// How sessions run: on the calling thread, optimised, without threads that spin.
private final class SessionOptions {
    private let api: ONNXRuntimeAPI
    let pointer: UnsafeMutableRawPointer

    init(_ api: ONNXRuntimeAPI, threads: Int) throws(MartletError) {
        self.api = api
        var options: UnsafeMutableRawPointer?
        let message = "ONNX Runtime refuses the settings of a session."
        try api.check(api.calls.create_session_options(&options), message)
        guard let options else { throw MartletError(.defect, message) }
        pointer = options
        let all: CInt = 99
        try api.check(api.calls.set_session_graph_optimization_level(options, all), message)
        try api.check(api.calls.set_intra_op_num_threads(options, CInt(max(1, min(threads, 256)))), message)
        try api.check(api.calls.set_inter_op_num_threads(options, 1), message)
        try api.check(api.calls.add_session_config_entry(options, "session.intra_op.allow_spinning", "0"), message)
        try api.check(api.calls.add_session_config_entry(options, "session.inter_op.allow_spinning", "0"), message)
    }

    deinit { api.calls.release_session_options(pointer) }
}

/// Reads what a session says of its inputs and outputs.
private struct SessionReader {
    let api: ONNXRuntimeAPI
    let session: UnsafeMutableRawPointer

    typealias Count = (UnsafeMutableRawPointer, UnsafeMutablePointer<Int>) -> UnsafeMutableRawPointer?
    typealias Name = (UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) ->
        UnsafeMutableRawPointer?
    typealias Info = (UnsafeMutableRawPointer, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> UnsafeMutableRawPointer?

    func descriptions(_ count: Count, _ name: Name, _ info: Info) throws(MartletError) -> [TensorDescription] {
        let message = "The model's inputs and outputs cannot be read."
        var number = 0
        try api.check(count(session, &number), message)
        var all: [TensorDescription] = []
        for index in 0..<number {
            var text: UnsafeMutablePointer<CChar>?
            try api.check(name(session, index, api.allocator, &text), message)
            let name = api.text(text)
            var type: UnsafeMutableRawPointer?
            try api.check(info(session, index, &type), message)
            guard let type else { throw MartletError(.defect, message) }
            defer { api.calls.release_type_info(type) }
            all.append(try description(name, type))
        }
        return all
    }

    private func description(_ name: String, _ type: UnsafeMutableRawPointer) throws(MartletError) -> TensorDescription {
        var kind: CInt = 0
        try api.check(api.calls.get_onnx_type_from_type_info(type, &kind), "The type of “\(name)” cannot be read.")
        if kind == ValueHandle.Kind.sequence { return TensorDescription(name: name, elementType: .double, shape: [-1, -1], isMapSequence: true) }
        var info: UnsafeMutableRawPointer?
        try api.check(api.calls.cast_type_info_to_tensor_info(type, &info), "The type of “\(name)” cannot be read.")
        guard let info else { return TensorDescription(name: name, elementType: .undefined, shape: []) }
        return TensorDescription(name: name, elementType: try api.elementType(info), shape: try api.shape(info))
    }
}
