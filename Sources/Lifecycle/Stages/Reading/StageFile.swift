internal import Settings
package import Support

/// A `dvc.yaml`, read and written out: every stage with its templates filled in.
package struct StageFile: Sendable {
    package static let name = "dvc.yaml"

    /// Its path, relative to the repository.
    package let path: String
    /// In the order written.
    package let stages: [Stage]
    /// Files of metrics that stand at the top, relative to the file's folder.
    package let metrics: [String]
    /// Files of parameters that stand at the top, relative to the file's folder.
    package let parameters: [String]

    /// Reads a file.
    /// - Parameters:
    ///   - root: the repository.
    ///   - path: of the file, relative to the repository.
    ///   - own: the file whose stages are called by their names alone.
    ///   - style: how mappings become options of commands.
    /// - Throws: `notFound`; `invalidInput` with line and column.
    package init(root: String, path: String, own: String = StageFile.name, style: TemplateStyle = TemplateStyle()) throws(MartletError) {
        try self.init(source: .folder(root), path: path, own: own, style: style)
    }

    /// Reads a file of the workspace or of a commit.
    package init(
        source: StageSource, path: String, own: String = StageFile.name, style: TemplateStyle = TemplateStyle()
    ) throws(MartletError) {
        guard let text = try source.text(path) else { throw MartletError(.notFound, "\(path) does not exist.") }
        let node = try SettingsNode(yaml: text, file: path, aliases: .expanded)
        _ = try node.mapping(keys: ["stages", "vars", "params", "metrics", "plots", "artifacts", "datasets"])
        self.path = path
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
        let reader = StageReader(source: source, file: path, folder: folder, style: style)
        let context = try reader.context(TemplateContext(), node["vars"], in: folder, readsDefault: true)
        var stages: [Stage] = []
        for entry in try node["stages"]?.entries() ?? [] { stages += try reader.stages(entry.key, entry.value, context, entry.place) }
        if path == own { for i in stages.indices { stages[i].address = stages[i].name } }
        self.stages = stages
        metrics = try StageFile.texts(node["metrics"], context, style)
        parameters = try StageFile.texts(node["params"], context, style)
    }

    private static func texts(_ node: SettingsNode?, _ context: TemplateContext, _ style: TemplateStyle) throws(MartletError) -> [String] {
        guard let node else { return [] }
        let template = Template(context: context, style: style)
        var texts: [String] = []
        for entry in try node.list() {
            do { texts.append(Template.text(try template.filled(.string(try entry.string()), key: "top"))) } catch {
                throw MartletError(error.code, error.message, place: error.place ?? entry.place)
            }
        }
        return texts
    }
}
