internal import Support

/// Why a stage would run.
package enum StageChange: Sendable, Equatable, CustomStringConvertible {
    case neverRan
    case commandChanged
    case dependency(String, String)
    case parameter(String, String, String)
    case output(String, String)
    case alwaysRuns
    case forced
    /// A step before it runs.
    case after(String)

    package var description: String {
        switch self {
        case .neverRan: "it has never run"
        case .commandChanged: "its command changed"
        case .dependency(let path, let how): "the dependency \(path) \(how)"
        case .parameter(let file, let key, let how):
            file == ParameterFile.defaultName ? "the parameter \(key) \(how)" : "the parameter \(key) of \(file) \(how)"
        case .output(let path, let how): "the output \(path) \(how)"
        case .alwaysRuns: "it runs every time"
        case .forced: "it was asked for"
        case .after(let step): "it follows \(step)"
        }
    }
}
