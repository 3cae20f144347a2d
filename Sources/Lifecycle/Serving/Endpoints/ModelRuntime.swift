/// What a model runs in.
package enum ModelRuntime: Sendable {
    case onnxRuntime
    case lightGBM
    /// A process beside this one.
    case python

    /// Whether an answer is waited for from elsewhere, so that no thread that serves connections may ask.
    package var isRemote: Bool { self == .python }

    /// What protocols call the form of the model.
    package var platform: String {
        switch self {
        case .onnxRuntime: "onnxruntime_onnx"
        case .lightGBM: "lightgbm"
        case .python: "mlflow_pyfunc"
        }
    }

    /// What they call that which runs it.
    package var backend: String {
        switch self {
        case .onnxRuntime: "onnxruntime"
        case .lightGBM: "lightgbm"
        case .python: "python"
        }
    }
}
