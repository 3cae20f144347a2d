internal import Registry
package import Serving
package import Support

/// A moment at which it changed who answers.
package struct ServingChange: Sendable {
    package var at: Timestamp
    /// What answers from then on, in a sentence.
    package var sentence: String
    package var actor: String
    package var reason: String
    /// The champion from then on; nil where there is none.
    package var champion: Int?
    /// The plan from then on.
    package var plan: TrafficPlan?

    /// The change for `--json`.
    package var json: JSONValue {
        [
            "at": .string(at.description), "what": .string(sentence), "by": .string(actor), "reason": .string(reason),
            "champion": JSONValue(champion), "plan": plan?.json ?? .null,
        ]
    }
}

extension Project {
    /// What was live when: moves of the endpoint's alias and changes of its traffic, oldest first.
    package func servingHistory() throws(MartletError) -> [ServingChange] {
        let serving = file.serving
        let moves = try models.history(of: serving.model).filter { $0.alias == serving.alias }
        let changes = try traffic.history(serving.endpoint)
        var history: [ServingChange] = []
        var (champion, plan) = (serving.alias == nil ? Reference(.model, serving.model, serving.selector).version : nil, TrafficPlan?.none)
        var (nextMove, nextChange) = (moves.startIndex, changes.startIndex)
        while nextMove < moves.endIndex || nextChange < changes.endIndex {
            if nextMove < moves.endIndex, nextChange >= changes.endIndex || moves[nextMove].at <= changes[nextChange].at {
                let move = moves[nextMove]
                champion = move.version
                nextMove += 1
                history.append(change(at: move.at, by: move.actor, move.reason, champion, plan))
            } else {
                let made = changes[nextChange]
                plan = made.plan
                nextChange += 1
                history.append(change(at: made.at, by: made.actor, made.reason, champion, plan))
            }
        }
        return history
    }

    private func change(at: Timestamp, by actor: String, _ reason: String, _ champion: Int?, _ plan: TrafficPlan?) -> ServingChange {
        let standing = champion.map { "champion v\($0)" } ?? "no champion"
        return ServingChange(
            at: at, sentence: plan.map { "\(standing), \($0.sentence)" } ?? standing, actor: actor, reason: reason, champion: champion, plan: plan)
    }
}
