import EngineHeaders
import EngineLibraries
import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The functions of the policy engine, looked up once.
///
/// Unchecked Sendable: immutable addresses of functions in a library that stays loaded; each may be called from any thread.
struct RegoAPI: @unchecked Sendable {
    let calls: martlet_opa_calls

    /// Loads the library on first use.
    /// - Throws: `engineMissing` where the library or a function of it is not there.
    init(_ locator: EngineLocator) throws(MartletError) {
        let path = try locator.require(.opa)
        calls = try RegoAPI.keepingBrokenPipes { () throws(MartletError) in
            let calls = try RegoAPI.calls(of: try DynamicLibrary.load(path))
            calls.destroy(calls.new_engine())
            return calls
        }
    }

    /// The Go runtime inside the library takes over what happens when a peer hangs up in the middle of an answer. It is up once an engine was
    /// made; what held before then holds again.
    private static func keepingBrokenPipes<Value>(_ body: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        var before = sigaction()
        let isKnown = sigaction(SIGPIPE, nil, &before) == 0
        defer { if isKnown { sigaction(SIGPIPE, &before, nil) } }
        return try body()
    }

    private static func calls(of library: DynamicLibrary) throws(MartletError) -> martlet_opa_calls {
        martlet_opa_calls(
            new_engine: try library.function("OpaNew"),
            destroy: try library.function("OpaDestroy"),
            free_string: try library.function("OpaFreeString"),
            add_policy: try library.function("OpaAddPolicy"),
            add_data: try library.function("OpaAddData"),
            eval_document: try library.function("OpaEvalDocument"),
            eval_query: try library.function("OpaEvalQuery"))
    }
}
