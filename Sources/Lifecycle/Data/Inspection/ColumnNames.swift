/// What names of columns suggest, in English, German, French and Spanish.
struct ColumnNames {
    /// The words of the name: in small letters without accents, cut at anything else and before capitals.
    let words: [String]

    init(_ name: String) {
        var words: [String] = []
        var word = ""
        var wasSmall = false
        for character in name {
            let isCapital = character.isUppercase
            if !character.isLetter && !character.isNumber || isCapital && wasSmall {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if character.isLetter || character.isNumber { word += Self.plain(character) }
            wasSmall = character.isLowercase
        }
        if !word.isEmpty { words.append(word) }
        self.words = words
    }

    private static let accents: [Character: String] = [
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "á": "a", "à": "a", "â": "a", "é": "e", "è": "e", "ê": "e", "ë": "e", "í": "i", "î": "i", "ï": "i",
        "ó": "o", "ô": "o", "ú": "u", "û": "u", "ù": "u", "ñ": "n", "ç": "c",
    ]

    private static func plain(_ character: Character) -> String {
        let small = Character(character.lowercased().first.map(String.init) ?? "")
        return accents[small] ?? String(small)
    }

    private var joined: String { words.joined() }

    private func hasWord(in list: Set<String>) -> Bool { words.contains { list.contains($0) } }

    private func holds(_ parts: [String]) -> Bool { parts.contains { joined.contains($0) } }

    // MARK: Persons

    private static let protectedWords: Set<String> = [
        "sex", "gender", "geschlecht", "sexe", "sexo", "genero", "race", "racial", "raza", "rasse", "ethnie", "etnia", "caste", "religion",
        "konfession", "disability", "disabled", "behindert", "handicap", "pregnant", "pregnancy", "schwanger", "enceinte", "embarazo",
    ]
    private static let protectedParts = ["ethnic", "etnic", "ethnisch", "religio", "behinderung", "discapacidad", "sexualorientation", "skincolor", "hautfarbe"]
    /// A race that is run, not one that is belonged to.
    private static let sportWords: Set<String> = ["id", "time", "number", "distance", "date", "no", "km", "result", "rank"]

    /// Whether it names a trait that decisions about persons must hardly ever depend on.
    var isProtected: Bool {
        if words.contains("race"), hasWord(in: Self.sportWords) { return false }
        return hasWord(in: Self.protectedWords) || holds(Self.protectedParts)
    }

    private static let relatedParts = [
        "marital", "familienstand", "etatcivil", "estadocivil", "nationalit", "nacionalidad", "citizenship", "staatsangehoerig", "nativecountry",
        "countryofbirth", "birthcountry", "birthplace", "geburtsort", "geburtsland", "migration", "foreignworker", "foreigner",
    ]

    /// Whether it names a trait that laws on discrimination often name, too, but that may have its place.
    var isRelated: Bool { holds(Self.relatedParts) || words == ["civil", "status"] }

    private static let ageWords: Set<String> = ["age", "alter", "edad"]
    private static let birthParts = ["birth", "geburt", "naissance", "nacimiento"]

    var isAge: Bool { hasWord(in: Self.ageWords) }
    var isBirth: Bool { hasWord(in: ["dob", "born"]) || holds(Self.birthParts) }

    // MARK: Rows

    private static let identifierWords: Set<String> = [
        "id", "ids", "uuid", "guid", "key", "schluessel", "identifier", "index", "idx", "rowid", "rownum", "nr", "no", "nummer", "numero", "num", "ssn",
        "cle", "clave", "kennung", "serial", "unnamed",
    ]

    /// Whether it names what tells rows or persons apart. `number_of_rooms` does not: the word must be first or last and not followed by `of`.
    var isIdentifier: Bool {
        guard let first = words.first, let last = words.last else { return false }
        if words.count > 1, ["of", "de", "von"].contains(words[1]) { return false }
        return Self.identifierWords.contains(first) || Self.identifierWords.contains(last) || last.count > 4 && last.hasSuffix("id") && isCustomIdentifier
    }

    private var isCustomIdentifier: Bool { ["customerid", "userid", "personid", "patientid", "clientid", "kundenid", "orderid", "sessionid"].contains(joined) }

    private static let surveyWeightParts = [
        "fnlwgt", "finalweight", "finalwgt", "sampleweight", "samplewt", "samplingweight", "surveyweight", "pweight", "perwt", "hhwt", "wtsamp",
        "expansionfactor", "factorexpansion", "hochrechnungsfaktor", "ponderation",
    ]
    private static let weightWords: Set<String> = ["weight", "weights", "wgt", "wt", "gewicht", "gewichtung", "poids", "peso"]

    var isSurveyWeight: Bool { holds(Self.surveyWeightParts) || words.contains("wgt") }
    /// Whether it may be the weight of a row or of a thing.
    var isWeight: Bool { hasWord(in: Self.weightWords) }

    // MARK: Times

    /// A part of a date that a column may hold alone.
    enum TimePart: Int, CaseIterable {
        case year, month, day, hour, minute

        var words: Set<String> {
            switch self {
            case .year: ["year", "yr", "yyyy", "jahr", "annee", "ano", "anno"]
            case .month: ["month", "mon", "monat", "mois", "mes", "mnth"]
            case .day: ["day", "tag", "jour", "dia", "mday"]
            case .hour: ["hour", "hr", "stunde", "heure", "hora"]
            case .minute: ["minute", "minuto"]
            }
        }

        var range: ClosedRange<Double> {
            switch self {
            case .year: 1900...2100
            case .month: 1...12
            case .day: 1...31
            case .hour: 0...24
            case .minute: 0...59
            }
        }
    }

    /// The part of a date that the name is a word for.
    var timePart: TimePart? { words.count == 1 ? TimePart.allCases.first { $0.words.contains(joined) } : nil }
}
