/// What a principal may do: the closed list that every route and every command names one of.
package enum Permission: String, Sendable, CaseIterable, Codable, Comparable {
    /// The project's pages and status: objectives, runs, datasets, models, endpoints.
    case projectRead = "project.read"
    /// The columns of a dataset: profiles and frequent values.
    case dataRead = "data.read"
    /// Bringing rows: fetching a source, and posting rows to one.
    case dataWrite = "data.write"
    /// Experiments and runs: begun, logged to, tagged, deleted; models and files that runs log, and new versions of registered models.
    case experimentWrite = "experiment.write"
    /// Asking an endpoint for predictions.
    case predictionCreate = "prediction.create"
    /// What was asked and answered in one case, with its inputs. Every such read is recorded.
    case predictionRead = "prediction.read"
    /// Labels and other feedback.
    case feedbackCreate = "feedback.create"
    /// Erasing a person, holding one against erasure, applying retention, and removing for good what was deleted.
    case dataErase = "data.erase"
    /// Agreeing to the charter.
    case charterConfirm = "charter.confirm"
    /// Moving an alias, where the gate and the approvals agree.
    case modelPromote = "model.promote"
    /// Asking for an approval.
    case approvalRequest = "approval.request"
    /// Signing an approval, or taking it back.
    case approvalGive = "approval.give"
    /// Letting a version through although an approval is missing, with a reason and a later review.
    case approvalOverride = "approval.override"
    /// The record of what happened.
    case auditRead = "audit.read"
    /// Acknowledging and closing incidents.
    case incidentUpdate = "incident.update"
    /// The names and values of the project's own secrets, over HTTP. Every value that is read is recorded.
    case secretRead = "secret.read"
    /// Writing, deleting and destroying the project's own secrets, over HTTP.
    case secretManage = "secret.manage"
    /// API tokens of one's own, made and revoked while signed in at the pages.
    case tokenOwn = "token.own"
    /// Users, tokens and roles.
    case accessManage = "access.manage"

    /// Whether it changes what others rely on, so that each time it is used is written into the decision log. Predictions have a log of their own; what runs
    /// log is too much for one, and who began a run stands in the record.
    package var changesState: Bool {
        switch self {
        case .projectRead, .dataRead, .dataWrite, .experimentWrite, .predictionCreate, .predictionRead, .auditRead, .secretRead: false
        case .feedbackCreate, .dataErase, .charterConfirm, .modelPromote, .approvalRequest, .approvalGive, .approvalOverride, .incidentUpdate,
            .secretManage, .tokenOwn, .accessManage:
            true
        }
    }

    package static func < (a: Permission, b: Permission) -> Bool { a.rawValue < b.rawValue }
}
