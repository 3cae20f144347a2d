package import Support

/// What a decision is about.
package struct PolicyResource: Sendable, Hashable {
    /// `model`, `endpoint`, `prediction`, ...; `page` for an address, `command` for a command of the terminal, `secret` for a path.
    package var kind: String
    package var name: String
    package var version: Int?
    package var alias: String?

    package init(kind: String, name: String, version: Int? = nil, alias: String? = nil) {
        self.kind = kind
        self.name = name
        self.version = version
        self.alias = alias
    }

    /// Reads a reference (`model:churn@v3`, `command:model promote`); anything else is taken for the address of a page.
    package init(subject: String) {
        if let reference = Reference(subject) {
            self.init(
                kind: reference.kind.rawValue, name: reference.name, version: reference.version,
                alias: reference.version == nil ? reference.selector : nil)
        } else if subject.hasPrefix("command:") {
            self.init(kind: "command", name: String(subject.dropFirst(8)))
        } else if subject.hasPrefix("secret:") {
            self.init(kind: "secret", name: String(subject.dropFirst(7)))
        } else {
            self.init(kind: "page", name: subject)
        }
    }
}

/// Who wants to do what to what: the input of a decision.
package struct PolicyQuestion: Sendable, Equatable {
    /// Who asks.
    package struct Asker: Sendable, Hashable {
        package var id: String
        /// The roles held now.
        package var roles: [String]
        /// How they were recognised: `token:ci`, `session`, `password`, `folder`, `loopback`.
        package var via: String

        package init(id: String, roles: [String], via: String) {
            self.id = id
            self.roles = roles
            self.via = via
        }
    }

    package var principal: Asker
    /// The permission that it needs: `model.promote`.
    package var action: String
    package var resource: PolicyResource
    package var project: String
    package var time: Timestamp
    /// An object of what else is known.
    package var facts: JSONValue

    package init(principal: Asker, action: String, resource: PolicyResource, project: String, time: Timestamp, facts: JSONValue = .object([])) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.project = project
        self.time = time
        self.facts = facts
    }

    /// Everything but the time.
    struct Key: Hashable, Sendable {
        var principal: Asker
        var action: String
        var resource: PolicyResource
        var project: String
        var facts: String
    }

    var key: Key { Key(principal: principal, action: action, resource: resource, project: project, facts: facts.compact) }

    /// The input document. What is unknown is left out, so that a rule that needs it fails; a null would have an order of its own.
    package var json: JSONValue {
        var resource: JSONValue = ["kind": .string(self.resource.kind), "name": .string(self.resource.name)]
        if let version = self.resource.version { resource["version"] = JSONValue(version) }
        if let alias = self.resource.alias { resource["alias"] = .string(alias) }
        return [
            "principal": ["id": .string(principal.id), "roles": JSONValue(principal.roles), "via": .string(principal.via)],
            "action": .string(action), "resource": resource, "project": .string(project), "time": .integer(nanoseconds), "facts": facts,
        ]
    }

    /// The time in whole nanoseconds since 1970, as Rego's functions of time take it; the nearest that it can say, for other centuries.
    private var nanoseconds: Int64 {
        let (value, isTooLarge) = time.microseconds.multipliedReportingOverflow(by: 1000)
        return isTooLarge ? (time.microseconds < 0 ? .min : .max) : value
    }
}
