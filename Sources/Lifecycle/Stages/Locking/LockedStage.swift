package import Support

/// What a stage was when it last ran, as it stands in `dvc.lock`.
package struct LockedStage: Sendable, Equatable {
    package var command: JSONValue
    package var dependencies: [LockedFile] = []
    /// The values of parameters by their names, by file.
    package var parameters: [JSONValue.Member] = []
    package var outputs: [LockedFile] = []

    package init(command: JSONValue) { self.command = command }

    init(_ value: JSONValue) {
        command = value["cmd"]
        dependencies = value["deps"].elements.map(LockedFile.init)
        parameters = value["params"].members
        outputs = value["outs"].elements.map(LockedFile.init)
    }

    /// As it is written: paths in the order of their code points, `params.yaml` before other files, keys in order.
    package var value: JSONValue {
        var members = [JSONValue.Member("cmd", command)]
        if !dependencies.isEmpty { members.append(JSONValue.Member("deps", LockedStage.list(dependencies))) }
        if !parameters.isEmpty {
            let isFirst = { (member: JSONValue.Member) in member.key == ParameterFile.defaultName }
            let files = parameters.filter(isFirst) + parameters.filter { !isFirst($0) }.sorted { stageOrder($0.key, $1.key) }
            let sorted = files.map { JSONValue.Member($0.key, .object($0.value.members.sorted { stageOrder($0.key, $1.key) })) }
            members.append(JSONValue.Member("params", .object(sorted)))
        }
        if !outputs.isEmpty { members.append(JSONValue.Member("outs", LockedStage.list(outputs))) }
        return .object(members)
    }

    private static func list(_ files: [LockedFile]) -> JSONValue {
        .array(files.sorted { stageOrder($0.path, $1.path) }.map(\.value))
    }
}
