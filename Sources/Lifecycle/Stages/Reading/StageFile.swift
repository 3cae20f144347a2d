internal import Settings
package import Support
internal import Versions

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
    ///   - style: how mappings become options of commands.
    /// - Throws: `notFound`; `invalidInput` with line and column.
    package init(root: String, path: String, style: TemplateStyle = TemplateStyle()) throws(MartletError) {
        guard let text = String(validating: try FileBytes.read("\(root)/\(path)", limit: 4_000_001), as: UTF8.self) else {
            throw MartletError(.invalidInput, "\(path) is not UTF-8 text.")
        }
        try self.init(yaml: text, root: root, path: path, style: style)
    }

    package init(yaml text: String, root: String, path: String, style: TemplateStyle = TemplateStyle()) throws(MartletError) {
        let node = try SettingsNode(yaml: text, file: path, aliases: .expanded)
        _ = try node.mapping(keys: ["stages", "vars", "params", "metrics", "plots", "artifacts", "datasets"])
        self.path = path
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
        let reader = StageReader(root: root, file: path, folder: folder, style: style)
        let context = try reader.context(TemplateContext(), node["vars"], in: folder, readsDefault: true)
        var stages: [Stage] = []
        for entry in try node["stages"]?.entries() ?? [] { stages += try reader.stages(entry.key, entry.value, context, entry.place) }
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
