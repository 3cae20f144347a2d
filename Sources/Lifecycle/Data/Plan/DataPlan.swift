package import Ingestion
package import Quality
package import Support
package import Tables

/// What a person decided about the data: the `data:` section of `martlet.yaml`.
package struct DataPlan: Sendable, Equatable, Codable {
    package var source: SourcePlan
    /// The sources that have names. Neither what they are nor what was agreed about them changes a version: only the rows that came do.
    package var sources: [NamedSource] = []
    /// The files of the sources with names, by name; whoever opens the project says which.
    package var fetched: [String: [SourceFile]] = [:]
    /// What is known about single columns, in the order of the file. Columns that are not named are used as they are.
    package var columns: [ColumnPlan]
    /// Row rules: applied to training data and to whatever a served model is asked.
    package var rules: [RowRule]
    /// Table rules: applied to the training source only, before the split.
    package var tableRules: [TableRule]
    package var expectations: [Expectation]
    /// The suite file that the expectations stand in, relative to the project's folder; nil where the plan lists them. Not coded: what it holds is.
    package var suite: String?
    /// The schema that the rows are held against as well; nil where there is none.
    package var schema: SchemaPlan?
    package var split: SplitPlan
    package var policy: PolicyPlan
    /// Where the parts stand in the settings file; neither compared nor coded.
    package var places = PlanPlaces()

    private enum CodingKeys: String, CodingKey { case source, columns, rules, tableRules, expectations, schema, split, policy }

    package init(
        source: SourcePlan, columns: [ColumnPlan] = [], rules: [RowRule] = [], tableRules: [TableRule] = [], expectations: [Expectation] = [],
        split: SplitPlan = SplitPlan(), policy: PolicyPlan = PolicyPlan()
    ) {
        self.source = source
        self.columns = columns
        self.rules = rules
        self.tableRules = tableRules
        self.expectations = expectations
        self.split = split
        self.policy = policy
    }

    /// Every path, glob and `source:NAME` that rows are read from: training, test and the tables of joins.
    package var reads: [String] { source.train + source.test + joins }

    /// The paths, globs and `source:NAME` of the tables that are joined; they are read by their own look.
    package var joins: [String] { tableRules.compactMap { if case .join(let join) = $0 { join.path } else { nil } } }

    /// What was decided about a column; nil where nothing was.
    package func column(_ name: String) -> ColumnPlan? { columns.first { $0.name == name } }
}

/// Which files hold the rows, and how they are written.
package struct SourcePlan: Sendable, Equatable, Codable {
    /// How the names of the columns are known.
    package enum Header: Sendable, Equatable, Codable {
        /// Looked at and decided.
        case detect
        /// The first line of every file.
        case present
        /// Not in the files; names come from `columns`, or are made up.
        case absent
        /// In a text file of their own, one a line or separated by commas.
        case file(String)
    }

    /// Paths and globs, relative to the project's folder.
    package var train: [String]
    /// Paths and globs of a test set that somebody else set aside.
    package var test: [String]
    package var header: Header
    /// The names of the columns, in order; empty where the files say them.
    package var names: [String]
    /// One character; nil is decided by looking.
    package var delimiter: String?
    /// One character, or nothing (`none`); nil is decided by looking.
    package var quote: String?
    package var escape: String?
    /// What separates the fraction: a point or a comma.
    package var decimal: String
    /// `utf-8`, `latin-1` or `utf-16`.
    package var encoding: String
    /// Texts that mean a missing value, compared after trimming. Empty text always does.
    package var missing: [String]
    /// The share of rows that may be unreadable before that is an error. They are kept beside the data in either case.
    package var maximumRejected: Double

    package init(
        train: [String], test: [String] = [], header: Header = .detect, names: [String] = [], delimiter: String? = nil, quote: String? = nil,
        escape: String? = nil, decimal: String = ".", encoding: String = "utf-8", missing: [String] = [], maximumRejected: Double = 0.001
    ) {
        self.train = train
        self.test = test
        self.header = header
        self.names = names
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.decimal = decimal
        self.encoding = encoding
        self.missing = missing
        self.maximumRejected = maximumRejected
    }
}

/// What was decided about one column.
package struct ColumnPlan: Sendable, Equatable, Codable {
    package var name: String
    /// Whether a model may see it.
    package var use = true
    /// Why it is not used, in a person's words.
    package var why: String?
    /// Whether it says something about a person that decisions must not depend on; reports compare its groups.
    package var sensitive = false
    /// Whether it is the weight of the row.
    package var weight = false
    /// Whether it identifies the row; kept for joins, never a feature.
    package var key = false
    /// What its values mean, where looking at them would decide otherwise.
    package var kind: ColumnKind?
    /// What it tells of a person, by a person's word.
    package var pii: PersonalClass?

    package init(
        _ name: String, use: Bool = true, why: String? = nil, sensitive: Bool = false, weight: Bool = false, key: Bool = false,
        kind: ColumnKind? = nil, pii: PersonalClass? = nil
    ) {
        self.name = name
        self.use = use
        self.why = why
        self.sensitive = sensitive
        self.weight = weight
        self.key = key
        self.kind = kind
        self.pii = pii
    }
}

/// Which rows are for training, for choosing and for the last judgement.
package struct SplitPlan: Sendable, Equatable, Codable {
    /// How rows are dealt out.
    package enum Method: String, Sendable, Equatable, Codable, CaseIterable {
        /// By chance.
        case random
        /// By chance within every class of the target.
        case stratified
        /// By chance, all rows of a group together.
        case grouped
        /// The oldest rows for training, the newest for the test.
        case time
    }

    /// The share of the training source for validation.
    package var validation: Double
    /// The share of the training source for the test; not used where there is a test file.
    package var test: Double
    package var method: Method
    /// The column of groups or of time.
    package var by: String?
    package var seed: UInt64

    package init(validation: Double = 0.2, test: Double = 0.2, method: Method = .random, by: String? = nil, seed: UInt64 = 7) {
        self.validation = validation
        self.test = test
        self.method = method
        self.by = by
        self.seed = seed
    }
}

/// Who answers for the data, and under which rules.
package struct PolicyPlan: Sendable, Equatable, Codable {
    package var owner: String?
    package var licence: String?
    /// How long it may be kept, in seconds.
    package var keep: Double?
    /// Who said what is true: `in-house`, a vendor, a rule.
    package var labelling: String?

    package init(owner: String? = nil, licence: String? = nil, keep: Double? = nil, labelling: String? = nil) {
        self.owner = owner
        self.licence = licence
        self.keep = keep
        self.labelling = labelling
    }
}

/// The places of a plan's parts in the settings file, by path (`clean[2]`, `columns.age`). All are equal: moving a line changes no data.
package struct PlanPlaces: Sendable, Equatable {
    private var places: [String: SourcePlace] = [:]

    package init() {}

    package static func == (a: PlanPlaces, b: PlanPlaces) -> Bool { true }

    package subscript(path: String) -> SourcePlace? {
        get { places[path] }
        set { places[path] = newValue }
    }
}
