internal import Data
internal import Planning
package import Support

extension Project {
    /// What a valid charter still lacks, in sentences with line numbers.
    package func charterFindings() throws(MartletError) -> [String] {
        try file.requireLifecycle()
        let charter = file.charter
        var findings: [String] = []
        if charter.outcome == nil {
            findings.append("Nobody has written the outcome: what should the model achieve, in a person's words (charter.outcome)?")
        }
        if charter.objectives.isEmpty { findings.append("There is no objective: nothing decides whether a model is good enough.") }
        if !charter.objectives.contains(where: { $0.place == .production }) {
            findings.append("No objective is measured in production: nobody will notice when the model gets worse.")
        }
        if charter.people.isEmpty { findings.append("No person is named (charter.people): who owns the model, and who validates it?") }
        for milestone in charter.milestones where milestone.by < clock.now() {
            findings.append("The milestone “\(milestone.id)” was due on \(milestone.by.date).")
        }
        for objective in charter.objectives {
            guard let group = objective.group, file.data.column(group)?.sensitive != true else { continue }
            let place = objective.source.map { "\($0): " } ?? ""
            findings.append("\(place)“\(objective.id)” compares groups of “\(group)”, which data.columns does not mark as sensitive.")
        }
        return findings
    }
}
