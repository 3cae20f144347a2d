import Experiments
import Support

/// The words and numbers by which MLflow says how things stand.
enum MLflowWords {
    static func status(_ text: String?) -> Run.Status {
        switch text?.uppercased() {
        case "RUNNING", "1": .running
        case "SCHEDULED", "2": .scheduled
        case "FAILED", "4": .failed
        case "KILLED", "5": .killed
        default: .finished
        }
    }

    static func modelStatus(_ text: String?) -> LoggedModel.Status {
        switch text?.uppercased() {
        case "LOGGED_MODEL_PENDING", "PENDING", "1": .pending
        case "LOGGED_MODEL_UPLOAD_FAILED", "FAILED", "3": .failed
        default: .ready
        }
    }

    static let parentTag = "mlflow.parentRunId"
    static let nameTag = "mlflow.runName"
    static let promptTag = "mlflow.prompt.is_prompt"
    static let promptText = "mlflow.prompt.text"
    static let userTag = "mlflow.user"
}
