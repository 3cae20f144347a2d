package import Experiments
package import Support

/// A registered model of another tool, with its versions by number.
package struct ForeignModel: Sendable {
    package struct Version: Sendable {
        package var number: Int
        /// The address that it was registered from.
        package var source: String
        package var run: RunID?
        /// The logged model that was registered; empty where it was none.
        package var loggedModel = ""
        package var description = ""
        package var stage = ""
        package var tags: [KeyValue] = []
    }

    package var name: String
    package var description: String
    package var tags: [KeyValue]
    package var versions: [Version] = []
    /// The number that each alias stands at.
    package var aliases: [KeyValue] = []

    /// A text that is another one once anything of it has changed.
    var mark: JSONValue {
        let pairs = { (pairs: [KeyValue]) in JSONValue.array(pairs.map { [.string($0.key), .string($0.value)] }) }
        let versions = versions.map { version -> JSONValue in
            [
                JSONValue(version.number), .string(version.source), JSONValue(version.run?.rawValue), .string(version.loggedModel),
                .string(version.description), .string(version.stage), pairs(version.tags),
            ]
        }
        return [.string(name), .string(description), pairs(tags), .array(versions), pairs(aliases)]
    }
}
