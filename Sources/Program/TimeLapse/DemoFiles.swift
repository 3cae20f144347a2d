/// The files of the demonstration's project.
enum DemoFiles {
    /// Says that the folder may be replaced.
    static let marker = ".martlet-demo"

    static let settings = """
        martlet: 1
        project: loans
        charter:
          problem: {type: binary, target: outcome, positive: defaulted}
          outcome: "Decline the loans that would default, and as few others as possible"
          objectives:
            - {id: ranking,  metric: auc, on: test, min: 0.72, judge: lower_bound}
            - {id: gain,     metric: auc, on: test, versus: baseline, min_gain: 0.1}
            - {id: no-worse, metric: auc, on: test, versus: champion, max_loss: 0.01}
            - {id: live,     metric: auc, on: production, window: 62d, labels_within: 60d, min: 0.75}
            - {id: fast,     metric: p99_ms, on: production, window: 31d, max: 50}
          people: {owner: owner@example.org, validator: validator@example.org}
        data:
          source: {train: applications.csv}
          columns:
            application_id: {use: false, key: true, why: identifies the application}
            applied_at: {use: false, why: the moment of the application}
            sex: {use: false, sensitive: true, why: must not decide}
          expect:
            - expect_column_values_to_be_between: {column: age, min_value: 18, max_value: 100}
            - expect_column_values_to_not_be_null: {column: outcome, severity: critical}
            - expect_column_values_to_be_unique: {column: application_id}
          split: {validation: 0.2, test: 0.2, how: time, by: applied_at, seed: 7}
        pipeline:
          - {id: baseline, uses: train/majority}
          - {id: linear,   uses: train/logistic}
          - {id: trees,    uses: train/lightgbm, with: {learning_rate: 0.06, num_leaves: 15}}
        serving: {endpoint: loans, model: loans@champion, key: application_id, log: {sample: 1.0, keep: 3y}}
        monitoring: {reference: train, every: 1h, labels: {path: "labels/*.csv", key: application_id}, alert: [log]}

        """
}
