import Support
import TestSupport
import Testing

/// Scripts of the kinds that people have, each with a server of its own.
@Suite("Scripts with MLflow's Python client") struct ClientScriptsTests {
    private func check(_ script: String, isOld: Bool = false, toTell expected: JSONValue) async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let told = try await PythonClient.run(script, port: asker.port, folder: tracking.folder, isOld: isOld)
            expect(told, toBe: expected)
        }
    }

    @Test(
        "that autolog scikit-learn's search over a grid and LightGBM's trees, and evaluate a classifier, find what they logged",
        .enabled(if: PythonClient.has("mlflow", "sklearn", "lightgbm", "matplotlib"), noClient))
    func autolog() async throws {
        try await check(
            "autolog_client.py",
            toTell: [
                "grid": [
                    "children": ["0.1", "1.0", "10.0"], "scores": true, "best": true, "accuracy": true, "estimator": "GridSearchCV",
                    "files": [
                        "cv_results.csv", "estimator.html", "training_confusion_matrix.png", "training_precision_recall_curve.png",
                        "training_roc_curve.png",
                    ],
                    "read": ["dataset"], "models": 2,
                ],
                "predicts": true,
                "trees": [
                    "rounds": true, "metrics": ["train-auc", "train-binary_logloss", "valid-auc", "valid-binary_logloss"],
                    "files": [
                        "feature_importance_gain.json", "feature_importance_gain.png", "feature_importance_split.json",
                        "feature_importance_split.png",
                    ],
                    "predicts": true, "read": ["eval", "eval", "train"],
                ],
                "judged": ["logged": true, "accuracy": 0.875, "files": ["confusion_matrix.png"], "picture": true, "read": ["judged"]],
            ])
    }

    @Test(
        "that page through lists, and through a history of 30,000 points, get all of it in order", .enabled(if: PythonClient.has("mlflow"), noClient))
    func paging() async throws {
        try await check(
            "paging_client.py",
            toTell: [
                "experiments": [["e6", "e5", "e4"], ["e3", "e2", "e1"], ["e0"]], "tagged": ["e1", "e3", "e5"],
                "models": [["m0", "m1", "m2"], ["m3", "m4", "m5"], ["m6"]], "versions": [["1", "2"], ["3", "4"], ["5"]], "history": true,
                "latest": 29_999.0, "logged": [["l0", "l1"], ["l2", "l3"], ["l4"]],
            ])
    }

    @Test(
        "that keep 1,000 files, and one of more than 2 GB, get them back as they were",
        .enabled(if: PythonClient.has("mlflow") && PythonClient.hasRoom(gigabytes: 10), "It needs mlflow in .setup/python and 10 GB of room."))
    func large() async throws {
        try await check(
            "large_client.py",
            toTell: [
                "files": 1000, "same": true, "listed": [["big.bin", 2_147_483_653]], "size": 2_147_483_653, "marks": ["begun", "middle", "ended"],
            ])
    }

    @Test("of the command line “mlflow” do what they say", .enabled(if: PythonClient.has("mlflow", "sklearn"), noClient))
    func commandLine() async throws {
        try await check(
            "command_line.py",
            toTell: [
                "create": [0, "Created experiment 'made' with id 1"], "search": ["0", "1"], "renamed": true, "list": [true],
                "describe": ["by hand", "FINISHED", "red"], "csv": [true], "deleted": [0, 1], "restored": 1, "artifacts": ["all", "notes"],
                "inside": ["all/a.txt", "all/deep"], "download": "second", "predict": true, "model": true, "gone": false, "back": true,
            ])
    }

    @Test("of a client of MLflow 2 log, register, find and load", .enabled(if: PythonClient.hasOld, noClient))
    func old() async throws {
        try await check(
            "old_client.py", isOld: true,
            toTell: [
                "version": "2", "run": ["FINISHED", ["depth": "3"], 0.1, "people"], "history": true, "text": "hello",
                "predicts": [true, true, true], "search": ["child"], "frame": ["child", "parent"], "staged": ["1"], "aliases": ["1", ["old"]],
                "deleted": true, "restored": true,
            ])
    }
}
