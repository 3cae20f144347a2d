/// What a model runs in.
package enum ModelRuntime: Sendable, Equatable {
    case onnxRuntime
    case lightGBM
    /// A process beside this one.
    case python
    /// Several models, each in a runtime of its own.
    case composite(isRemote: Bool)

    /// Whether an answer is waited for from elsewhere, so that no thread that serves connections may ask.
    package var isRemote: Bool {
        switch self {
        case .onnxRuntime, .lightGBM: false
        case .python: true
        case .composite(let isRemote): isRemote
        }
    }

    /// What protocols call the form of the model.
    package var platform: String {
        switch self {
        case .onnxRuntime: "onnxruntime_onnx"
        case .lightGBM: "lightgbm"
        case .python: "mlflow_pyfunc"
        case .composite: "ensemble"
        }
    }

    /// What they call that which runs it; nothing for several models.
    package var backend: String {
        switch self {
        case .onnxRuntime: "onnxruntime"
        case .lightGBM: "lightgbm"
        case .python: "python"
        case .composite: ""
        }
    }
}
