/// Which columns the rows of a dataset are laid out by, all of which stands in the address. What is not named is chosen.
package struct ScatterRequest: Sendable, Equatable {
    /// The version as the address names it: `loans@v3`, or `loans` for the newest.
    package var dataset: String
    package var x: String?
    package var y: String?
    /// An empty text for no colour.
    package var colour: String?
    /// An empty text for one drawing.
    package var facet: String?

    private static let longestName = 500

    package init(_ dataset: String, _ fields: [(name: String, value: String)] = []) {
        self.dataset = dataset
        let value = { (name: String) in fields.first { $0.name == name }.map { String($0.value.prefix(ScatterRequest.longestName)) } }
        (x, y, colour, facet) = (
            value("x").flatMap { $0.isEmpty ? nil : $0 }, value("y").flatMap { $0.isEmpty ? nil : $0 }, value("colour"), value("facet")
        )
    }

    package var path: String {
        let fields = [("x", x), ("y", y), ("colour", colour), ("facet", facet)].compactMap { name, value in
            value.map { "\(name)=\(PagePath.segment($0))" }
        }
        return PagePath.scatter(dataset) + (fields.isEmpty ? "" : "?\(fields.joined(separator: "&"))")
    }
}

/// A sample of the rows of a dataset's version, as points.
package struct ScatterView: Sendable {
    /// A column with the values of the sampled rows.
    package struct Axis: Sendable {
        package enum Values: Sendable {
            /// NaN where a value is missing.
            case numbers([Double])
            /// Seconds since 1970; NaN where a value is missing.
            case moments([Double])
            /// Nil where a value is missing.
            case texts([String?])
        }

        package var name: String
        package var values: Values

        package init(_ name: String, _ values: Values) {
            self.name = name
            self.values = values
        }
    }

    package var name: String
    package var version: Int
    /// Rows of the version, and those of them that were drawn.
    package var rows: Int
    package var sampled: Int
    /// The columns that there are to choose from.
    package var columns: [String]
    package var x: Axis
    package var y: Axis
    package var colour: Axis?
    package var facet: Axis?

    package init(
        _ name: String, version: Int, rows: Int, sampled: Int, columns: [String], x: Axis, y: Axis, colour: Axis? = nil, facet: Axis? = nil
    ) {
        self.name = name
        self.version = version
        self.rows = rows
        self.sampled = sampled
        self.columns = columns
        self.x = x
        self.y = y
        self.colour = colour
        self.facet = facet
    }
}
