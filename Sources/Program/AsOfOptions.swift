import ArgumentParser
import Projects
import Support

/// The option of commands that also show how something was.
struct AsOfOptions: ParsableArguments {
    @Option(help: "Show it as it was then: 2026-11-23T21:36:00Z, 2026-11-23 (its beginning in UTC), or 7d for a week ago.")
    var asOf: String?

    /// The project at the moment that was asked for.
    func place(_ project: Project) throws(MartletError) -> Project {
        guard let asOf else { return project }
        return try project.asOf(Past.moment(asOf, now: project.clock.now()))
    }
}
