/// A native library that Martlet loads at run time.
package enum Engine: String, CaseIterable, Sendable {
    case duckdb
    case onnxruntime
    case lightgbm
    case opa

    /// The name a person knows it by.
    package var displayName: String {
        switch self {
        case .duckdb: "DuckDB"
        case .onnxruntime: "ONNX Runtime"
        case .lightgbm: "LightGBM"
        case .opa: "The policy engine (OPA)"
        }
    }

    /// The version that `make setup` installs and the tests run with (`Scripts/engines.txt` pins its bytes).
    package var pinnedVersion: String {
        switch self {
        case .duckdb: "2.0.0"
        case .onnxruntime: "1.32.0"
        case .lightgbm: "4.7.0"
        case .opa: "0.4.4"
        }
    }

    /// What does not work without it.
    package var purpose: String {
        switch self {
        case .duckdb: "reading, cleaning and checking data"
        case .onnxruntime: "serving models and predicting"
        case .lightgbm: "training gradient-boosted trees"
        case .opa: "deciding by policies in Rego"
        }
    }

    /// One sentence on how to get it.
    package var howToGet: String {
        "Run `make setup` in Martlet's source folder, or set MARTLET_ENGINES to a folder that holds \(rawValue)/ as its wheel unpacks."
    }

    /// The library's file names, best first; `*` stands for any text.
    var filePatterns: [String] {
        switch self {
        case .duckdb: ["libduckdb.so", "libduckdb.dylib", "_duckdb*.so"]
        case .onnxruntime: ["libonnxruntime.so", "libonnxruntime.so.*", "libonnxruntime*.dylib"]
        case .lightgbm: ["lib_lightgbm.so", "lib_lightgbm.dylib"]
        case .opa: ["libopabridge.so", "libopabridge.dylib"]
        }
    }
}
