// Made of the route table by `python -m scripts.ui_schema`; edit that.

/** Give up an upload in parts. */
export interface AbortMultipartUpload {
  readonly artifact_path: string;
  readonly path: string;
  readonly upload_id?: string;
}

/** A user. */
export interface AccountMessage {
  readonly user_id: number;
  readonly username: string;
  readonly is_admin: boolean;
  readonly has_password: boolean;
  readonly awaits_provider: boolean;
  readonly created_at: number;
}

/** All users by name. */
export interface AccountsResponse {
  readonly users: readonly AccountMessage[];
}

/** Put a user into a group. */
export interface AddGroupMember {
  readonly name: string;
  readonly username: string;
}

/** Add a permission to a role. */
export interface AddRolePermission {
  readonly role_id: number;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_pattern: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** The server whose data is shown. */
export interface AnotherServerMessage {
  readonly url: string;
  readonly kind: "mlflow" | "trialog" | null;
  readonly version: string | null;
  readonly lacks: readonly ("metric_meanings" | "metric_summaries" | "move_history" | "removal" | "store_state")[];
}

/** Name a file or directory under the server's artifact root. */
export interface ArtifactPath {
  readonly path: string;
}

/** Files of something removed that were left, because this server does not open the place where they are. */
export interface ArtifactsLeftMessage {
  readonly kind: "experiment" | "logged_model" | "run";
  readonly id: string;
  readonly uri: string;
}

/** Give a role to a user. */
export interface AssignRole {
  readonly username: string;
  readonly role_id: number;
}

/** Give a role to a group. */
export interface AssignRoleToGroup {
  readonly name: string;
  readonly role_id: number;
}

/** That a user has a role. */
export interface AssignmentMessage {
  readonly id: number;
  readonly user_id: number;
  readonly role_id: number;
}

/** That a user has a role. */
export interface AssignmentResponse {
  readonly assignment: AssignmentMessage;
}

/** Who has a role by herself. */
export interface AssignmentsResponse {
  readonly assignments: readonly AssignmentMessage[];
}

/** What somebody did, or was refused. */
export interface AuditRecordMessage {
  readonly record_id: number;
  readonly timestamp: number;
  readonly actor: string;
  readonly via: string;
  readonly address: string;
  readonly operation: string;
  readonly resource: string;
  readonly status: number;
  readonly code: string;
  readonly times: number;
}

/** One page of records, the newest first. */
export interface AuditRecordsResponse {
  readonly records: readonly AuditRecordMessage[];
  readonly next_page_token?: string | null;
}

/** Begin a run with an id that the client chose; one that is there already stays as it is. */
export interface BeginRun {
  readonly run_id: string;
  readonly experiment_id: string;
  readonly user_id?: string;
  readonly run_name?: string | null;
  readonly start_time?: number;
  readonly tags?: readonly Tag[];
}

/** The best run, and how it came to be that. */
export interface BestRunResponse {
  readonly run: RunMessage;
  readonly metric: string;
  readonly summary: "last" | "min" | "max" | "first";
  readonly value: number;
  readonly direction: "higher" | "lower" | "none";
  readonly direction_source: MeaningSource | null;
  readonly band: "bad" | "weak" | "fair" | "good" | "excellent" | null;
  readonly meets_target: boolean | null;
  readonly meaning: MetricMeaningMessage;
  readonly ties: readonly string[];
  readonly tie_count: number;
  readonly compared: number;
  readonly skipped: number;
  readonly flat: Readonly<Record<string, string | number | null>>;
}

/** What is in the bin and may be removed for good; see `trialog.entities.bin.BinContent`. */
export interface BinContentResponse {
  readonly experiments: number;
  readonly runs: number;
  readonly logged_models: number;
  readonly points: number;
  readonly estimated_bytes: number;
  readonly oldest: number | null;
  readonly held: readonly HeldItemMessage[];
  readonly held_count: number;
  readonly being_removed: number;
  readonly free_bytes: number;
  readonly artifact_bytes: number | null;
  readonly all_artifacts_counted: boolean;
}

/** What has changed. */
export interface ChangesResponse {
  readonly token: string;
  readonly has_changed: boolean;
  readonly new_runs: number;
  readonly running: number;
  readonly changed_run_ids: readonly string[];
  readonly gone_run_ids: readonly string[];
}

/** A value of a param or tag. */
export interface CommonValueMessage {
  readonly value: string;
  readonly runs: number;
}

/** End an upload in parts: all are there. */
export interface CompleteMultipartUpload {
  readonly artifact_path: string;
  readonly path: string;
  readonly parts: readonly MultipartUploadPart[];
  readonly upload_id?: string;
}

/** Go on with what was begun to be removed. */
export type ContinueRemoval = Readonly<Record<string, never>>;

/** Make a user. */
export interface CreateAccount {
  readonly username: string;
  readonly password?: string | null;
  readonly is_admin?: boolean;
  readonly from_provider?: boolean;
}

/** Make an experiment. */
export interface CreateExperiment {
  readonly name: string;
  readonly artifact_location?: string | null;
  readonly tags?: readonly Tag[];
}

/** Permit something on an experiment to one user by herself. */
export interface CreateExperimentPermission {
  readonly experiment_id: string;
  readonly username: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** The id of the new experiment. */
export interface CreateExperimentResponse {
  readonly experiment_id: string;
}

/** Make a group without members. */
export interface CreateGroup {
  readonly name: string;
}

/** Begin a logged model. */
export interface CreateLoggedModel {
  readonly experiment_id: string;
  readonly name?: string | null;
  readonly model_type?: string | null;
  readonly source_run_id?: string | null;
  readonly params?: readonly Param[];
  readonly tags?: readonly Tag[];
}

/** Register a version. */
export interface CreateModelVersion {
  readonly name: string;
  readonly source: string;
  readonly run_id?: string | null;
  readonly tags?: readonly Tag[];
  readonly run_link?: string | null;
  readonly description?: string | null;
  readonly model_id?: string | null;
}

/** Begin an upload in parts. */
export interface CreateMultipartUpload {
  readonly artifact_path: string;
  readonly path: string;
  readonly num_parts?: number;
}

/** The upload's id and where to send its parts. */
export interface CreateMultipartUploadResponse {
  readonly upload_id: string;
  readonly credentials?: readonly MultipartUploadCredential[];
}

/** Ask for an address to download from without the server. */
export interface CreatePresignedDownloadUrl {
  readonly run_id: string;
  readonly path: string;
  readonly expiration?: number;
}

/** An address to download from. */
export interface CreatePresignedDownloadUrlResponse {
  readonly presigned_url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file_size?: number;
}

/** Ask for an address to upload to without the server; for a run or for a logged model. */
export interface CreatePresignedUploadUrl {
  readonly path: string;
  readonly run_id?: string | null;
  readonly model_id?: string | null;
  readonly expiration?: number;
}

/** An address to upload to. */
export interface CreatePresignedUploadUrlResponse {
  readonly presigned_url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Register a name. */
export interface CreateRegisteredModel {
  readonly name: string;
  readonly tags?: readonly Tag[];
  readonly description?: string | null;
}

/** Permit something on a registered model to one user by herself. */
export interface CreateRegisteredModelPermission {
  readonly name: string;
  readonly username: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** Make a role that permits nothing yet. */
export interface CreateRole {
  readonly workspace: string;
  readonly name: string;
  readonly description?: string | null;
}

/** Begin a run. */
export interface CreateRun {
  readonly experiment_id: string;
  readonly user_id?: string;
  readonly run_name?: string | null;
  readonly start_time?: number;
  readonly tags?: readonly Tag[];
}

/** Make an API token; its secret is in the answer and is never shown again. */
export interface CreateToken {
  readonly name: string;
  readonly scope?: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
  readonly expires_at?: number;
  readonly username?: string | null;
}

/** Make a user. */
export interface CreateUser {
  readonly username: string;
  readonly password: string;
}

/** Make a webhook; `trialog_events` are those that MLflow does not know. */
export interface CreateWebhook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEventMessage[];
  readonly trialog_events?: readonly WebhookEventMessage[];
  readonly description?: string | null;
  readonly secret?: string | null;
  readonly status?: "ACTIVE" | "DISABLED";
}

/** Make a workspace with nothing in it. */
export interface CreateWorkspace {
  readonly name: string;
  readonly description?: string | null;
  readonly default_artifact_root?: string | null;
  readonly trace_archival_config?: TraceArchivalConfig | null;
}

/** Who asks. */
export interface CurrentUserMessage {
  readonly id: number;
  readonly username: string;
  readonly is_admin: boolean;
}

/** Who asks, and whether she logs in with a password of this server. */
export interface CurrentUserResponse {
  readonly user: CurrentUserMessage;
  readonly is_basic_auth: boolean;
}

/** One metric of one run. */
export interface CurveMessage {
  readonly run_id: string;
  readonly key: string;
  readonly total: number;
  readonly is_thinned: boolean;
  readonly steps: readonly number[];
  readonly timestamps: readonly number[];
  readonly values: readonly (number | string)[];
}

/** Curves, run by run in the order asked for, and of each run key by key. */
export interface CurvesResponse {
  readonly axis: "step" | "timestamp";
  readonly curves: readonly CurveMessage[];
  readonly unknown_run_ids: readonly string[];
  readonly damaged_curves: readonly DamagedCurveMessage[];
}

/** A curve that cannot be shown. */
export interface DamagedCurveMessage {
  readonly run_id: string;
  readonly key: string;
  readonly message: string;
}

/** Data that runs read; unique by (experiment, name, digest). */
export interface Dataset {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema?: string | null;
  readonly profile?: string | null;
}

/** Which measurements a search over metrics of logged models looks at. */
export interface DatasetFilter {
  readonly dataset_name: string;
  readonly dataset_digest?: string | null;
}

/** A dataset as one run used it. */
export interface DatasetInput {
  readonly dataset: Dataset;
  readonly tags?: readonly Tag[];
}

/** A dataset that some run of an experiment used in some context. */
export interface DatasetSummary {
  readonly experiment_id: string;
  readonly name: string;
  readonly digest: string;
  readonly context?: string | null;
}

/** Put an experiment into the bin. */
export interface DeleteExperiment {
  readonly experiment_id: string;
}

/** Take back what was said about metrics of a name or pattern in one experiment. */
export interface DeleteExperimentMetricMeaning {
  readonly experiment_id: string;
  readonly pattern: string;
}

/** Take back what one user was permitted by herself on an experiment. */
export interface DeleteExperimentPermission {
  readonly experiment_id: string;
  readonly username: string;
}

/** Remove a tag of an experiment. */
export interface DeleteExperimentTag {
  readonly experiment_id: string;
  readonly key: string;
}

/** Remove a group; its members stay, without what it permitted them. */
export interface DeleteGroup {
  readonly name: string;
}

/** Put a logged model into the bin. */
export interface DeleteLoggedModel {
  readonly model_id: string;
}

/** Remove a tag of a logged model. */
export interface DeleteLoggedModelTag {
  readonly model_id: string;
  readonly tag_key: string;
}

/** Take back what was said about metrics of a name or pattern on this server. */
export interface DeleteMetricMeaning {
  readonly pattern: string;
}

/** Remove a version for good; one in Production only by force. */
export interface DeleteModelVersion {
  readonly name: string;
  readonly version: string;
  readonly force?: boolean;
}

/** Remove a tag of a version. */
export interface DeleteModelVersionTag {
  readonly name: string;
  readonly version: string;
  readonly key: string;
}

/** Remove a registered model with all its versions; with one in Production only by force. */
export interface DeleteRegisteredModel {
  readonly name: string;
  readonly force?: boolean;
}

/** Take an alias away. */
export interface DeleteRegisteredModelAlias {
  readonly name: string;
  readonly alias: string;
}

/** Take back what one user was permitted by herself on a registered model. */
export interface DeleteRegisteredModelPermission {
  readonly name: string;
  readonly username: string;
}

/** Remove a tag of a registered model. */
export interface DeleteRegisteredModelTag {
  readonly name: string;
  readonly key: string;
}

/** Remove a role. */
export interface DeleteRole {
  readonly role_id: number;
}

/** Put a run into the bin. */
export interface DeleteRun {
  readonly run_id: string;
}

/** Remove a tag of a run. */
export interface DeleteTag {
  readonly run_id: string;
  readonly key: string;
}

/** Revoke a token: one's own, or as an administrator anybody's. */
export interface DeleteToken {
  readonly token_id: string;
}

/** Remove a user with her tokens, logins and permissions. */
export interface DeleteUser {
  readonly username: string;
}

/** Remove a webhook. */
export interface DeleteWebhook {
  readonly webhook_id: string;
}

/** Delete a workspace. */
export interface DeleteWorkspace {
  readonly workspace_name: string;
  readonly mode?: "RESTRICT" | "SET_DEFAULT" | "CASCADE";
}

/** A question without parameters. */
export type EmptyRequest = Readonly<Record<string, never>>;

/** An answer that says no more than that it was done. */
export type EmptyResponse = Readonly<Record<string, never>>;

/** End all logins of browsers. */
export interface EndSessions {
  readonly username?: string | null;
}

/** What a refused request is answered with; clients of MLflow read the first two fields. */
export interface ErrorMessage {
  readonly error_code: string;
  readonly message: string;
  readonly code: string;
  readonly values?: Readonly<Record<string, string | number | null>>;
}

/** An experiment as answers show it. */
export interface ExperimentMessage {
  readonly experiment_id: string;
  readonly name: string;
  readonly artifact_location: string;
  readonly lifecycle_stage: "active" | "deleted";
  readonly last_update_time: number;
  readonly creation_time: number;
  readonly tags?: readonly Tag[];
}

/** An experiment with what is in it. */
export interface ExperimentOverviewMessage {
  readonly experiment_id: string;
  readonly name: string;
  readonly lifecycle_stage: "active" | "deleted";
  readonly creation_time: number;
  readonly last_update_time: number;
  readonly artifact_location: string;
  readonly note: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly run_count: number;
  readonly runs_by_status: Readonly<Record<string, number>>;
  readonly deleted_run_count: number;
  readonly counts_are_exact: boolean;
  readonly last_run_time: number | null;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** One page of experiments. */
export interface ExperimentOverviewsResponse {
  readonly experiments: readonly ExperimentOverviewMessage[];
  readonly total: number;
  readonly next_page_token?: string | null;
}

/** What a user is permitted by herself on an experiment. */
export interface ExperimentPermissionMessage {
  readonly experiment_id: string;
  readonly user_id: number;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** What one user is permitted by herself on an experiment. */
export interface ExperimentPermissionResponse {
  readonly experiment_permission: ExperimentPermissionMessage;
}

/** One experiment. */
export interface ExperimentResponse {
  readonly experiment: ExperimentMessage;
}

/** Read the whole record of who did what, the oldest first, as JSON lines. */
export type ExportAuditRecords = Readonly<Record<string, never>>;

/** Something whose files could not be deleted now; it is tried again with the next removal. */
export interface FailedRemovalMessage {
  readonly kind: "experiment" | "logged_model" | "run";
  readonly id: string;
  readonly message: string;
}

/** Large parts of MLflow that a server may lack. */
export interface FeaturesEnabled {
  readonly gateway: boolean;
}

/** A file or directory in a listing; a directory has no size. */
export interface FileInfo {
  readonly path: string;
  readonly is_dir: boolean;
  readonly file_size?: number;
}

/** Say whether a logged model's files are all there. */
export interface FinalizeLoggedModel {
  readonly model_id: string;
  readonly status: "LOGGED_MODEL_PENDING" | "LOGGED_MODEL_READY" | "LOGGED_MODEL_UPLOAD_FAILED";
}

/** Find the best active run of one or more experiments by a metric. */
export interface FindBestRun {
  readonly metric: string;
  readonly experiment_ids?: readonly string[];
  readonly experiment_names?: readonly string[];
  readonly filter?: string | null;
  readonly summary?: "last" | "min" | "max" | "first";
  readonly direction?: "higher" | "lower";
}

/** Say what has changed of runs and experiments that are on the screen. */
export interface FindChanges {
  readonly experiment_ids?: readonly string[];
  readonly run_ids?: readonly string[];
  readonly since?: string;
}

/** Put the runs of a search into groups by a param, a tag or an attribute. */
export interface FindRunGroups {
  readonly experiment_ids: readonly string[];
  readonly group_by: "param" | "tag" | "attribute";
  readonly key: string;
  readonly filter?: string | null;
  readonly run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  readonly metrics?: readonly string[];
  readonly order_by?: "value" | "count" | "metric_min" | "metric_mean" | "metric_max";
  readonly order_metric?: string | null;
  readonly descending?: boolean;
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** Say which metrics, params or tags runs of experiments have, or the commonest values of one param or tag. */
export interface FindRunKeys {
  readonly experiment_ids: readonly string[];
  readonly kind: "metric" | "param" | "tag";
  readonly search?: string;
  readonly key?: string | null;
  readonly max_results?: number;
}

/** Read who asks. */
export type GetCurrentUser = Readonly<Record<string, never>>;

/** Read metrics of many runs for charts, each thinned to the points that a chart has room for. */
export interface GetCurves {
  readonly run_ids: readonly string[];
  readonly keys: readonly string[];
  readonly axis?: "step" | "timestamp";
  readonly start?: number;
  readonly end?: number;
  readonly max_points?: number;
}

/** Read an experiment. */
export interface GetExperiment {
  readonly experiment_id: string;
}

/** Read the experiment of a name. */
export interface GetExperimentByName {
  readonly experiment_name: string;
}

/** Read what one user is permitted by herself on an experiment. */
export interface GetExperimentPermission {
  readonly experiment_id: string;
  readonly username: string;
}

/** Read a group with its roles. */
export interface GetGroup {
  readonly name: string;
}

/** Say what runs now, what failed lately and what is in Production. */
export interface GetHome {
  readonly max_results?: number;
}

/** Read the newest version of each stage; where a label is given for a stage, the version that bears it. */
export interface GetLatestVersions {
  readonly name: string;
  readonly stages?: readonly string[];
}

/** The newest versions. */
export interface GetLatestVersionsResponse {
  readonly model_versions?: readonly ModelVersionMessage[];
}

/** Read a logged model. */
export interface GetLoggedModel {
  readonly model_id: string;
  readonly allow_deleted?: boolean;
}

/** Fetch a folder of a logged model as a ZIP archive. */
export interface GetLoggedModelArtifactArchive {
  readonly model_id: string;
  readonly path?: string;
  readonly workspace?: string;
}

/** Name a file among a logged model's artifacts. */
export interface GetLoggedModelArtifactFile {
  readonly model_id: string;
  readonly artifact_file_path: string;
  readonly workspace?: string;
}

/** Read the points of one metric of a run; all of them when no page size is given. */
export interface GetMetricHistory {
  readonly run_id: string;
  readonly metric_key: string;
  readonly max_results?: number;
  readonly page_token?: string | null;
  readonly run_uuid?: string | null;
}

/** Read the points of one metric of many runs. */
export interface GetMetricHistoryBulk {
  readonly run_id: readonly string[];
  readonly metric_key: string;
  readonly max_results?: number;
}

/** Read points of one metric of many runs at steps sampled evenly. */
export interface GetMetricHistoryBulkInterval {
  readonly run_ids: readonly string[];
  readonly metric_key: string;
  readonly start_step?: number;
  readonly end_step?: number;
  readonly max_results?: number;
}

/** Points of many runs, each with its run's id; the list is there even if it is empty. */
export interface GetMetricHistoryBulkResponse {
  readonly metrics: readonly Metric[];
}

/** One page of points. */
export interface GetMetricHistoryResponse {
  readonly metrics?: readonly Metric[];
  readonly next_page_token?: string | null;
}

/** Say what metrics mean: those named, or all of an experiment. */
export interface GetMetricMeanings {
  readonly experiment_id?: string | null;
  readonly metric?: readonly string[];
}

/** Read the moves of stages and aliases, the last one first. */
export interface GetModelHistory {
  readonly name: string;
  readonly stage?: string | null;
  readonly alias?: string | null;
  readonly version?: string | null;
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** Read a registered model with its versions side by side. */
export interface GetModelOverview {
  readonly name: string;
  readonly max_results?: number;
  readonly before_version?: number;
}

/** Read a version. */
export interface GetModelVersion {
  readonly name: string;
  readonly version: string;
}

/** Fetch one file of a version. */
export interface GetModelVersionArtifact {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly workspace?: string;
}

/** Fetch a folder of a version of a registered model as a ZIP archive. */
export interface GetModelVersionArtifactArchive {
  readonly name: string;
  readonly version: string;
  readonly path?: string;
  readonly workspace?: string;
}

/** Read the version that bears an alias. */
export interface GetModelVersionByAlias {
  readonly name: string;
  readonly alias: string;
}

/** Ask where the files of a version are. */
export interface GetModelVersionDownloadUri {
  readonly name: string;
  readonly version: string;
}

/** Where the files of a version are. */
export interface GetModelVersionDownloadUriResponse {
  readonly artifact_uri: string;
}

/** Read a version by number, label, stage, `latest` or `@alias`. */
export interface GetNamedVersion {
  readonly name: string;
  readonly version: string;
}

/** An address to download from. */
export interface GetPresignedDownloadResponse {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file_size?: number;
}

/** Read a registered model. */
export interface GetRegisteredModel {
  readonly name: string;
}

/** Read what one user is permitted by herself on a registered model. */
export interface GetRegisteredModelPermission {
  readonly name: string;
  readonly username: string;
}

/** Read a role. */
export interface GetRole {
  readonly role_id: number;
}

/** Read a run and what was logged to it. */
export interface GetRun {
  readonly run_id: string;
  readonly run_uuid?: string | null;
}

/** Name a file among a run's artifacts. */
export interface GetRunArtifact {
  readonly run_id: string;
  readonly path: string;
  readonly run_uuid?: string | null;
  readonly workspace?: string;
}

/** Fetch a folder of a run as a ZIP archive. */
export interface GetRunArtifactArchive {
  readonly run_id: string;
  readonly path?: string;
  readonly workspace?: string;
}

/** Read what the files of a run's models say: signature, flavors, size. */
export interface GetRunModels {
  readonly run_id: string;
}

/** Read all that is to be seen of a run, but for curves and files. */
export interface GetRunOverview {
  readonly run_id: string;
}

/** Read what was in a stage at a moment. */
export interface GetStageAt {
  readonly name: string;
  readonly stage: string;
  readonly time: string;
}

/** Read the newest version in a stage. */
export interface GetStageVersion {
  readonly name: string;
  readonly stage: string;
}

/** Say how the server is. */
export type GetStatus = Readonly<Record<string, never>>;

/** Read a user. */
export interface GetUser {
  readonly username: string;
}

/** Read what a user may do with something in the end. */
export interface GetUserPermission {
  readonly username: string;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_id: string;
}

/** Read a webhook. */
export interface GetWebhook {
  readonly webhook_id: string;
}

/** Read a workspace. */
export interface GetWorkspace {
  readonly workspace_name: string;
}

/** Permit something to one user by herself. */
export interface GrantUserPermission {
  readonly username: string;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_id: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** A group with its members. */
export interface GroupMessage {
  readonly name: string;
  readonly members: readonly string[];
}

/** The latest values of a metric in a group of runs; NaN and infinities do not count. */
export interface GroupMetricMessage {
  readonly count: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

/** A group with its members and roles. */
export interface GroupResponse {
  readonly name: string;
  readonly members: readonly string[];
  readonly roles: readonly RoleMessage[];
}

/** All groups by name. */
export interface GroupsResponse {
  readonly groups: readonly GroupMessage[];
}

/** Something that is not removed, because a version of a registered model comes from it. */
export interface HeldItemMessage {
  readonly kind: "experiment" | "logged_model" | "run";
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

/** How much of what there is may be read by who asks. */
export interface HomeCountsMessage {
  readonly experiments: number;
  readonly runs: number;
  readonly running: number;
  readonly registered_models: number;
  readonly are_exact: boolean;
}

/** What is seen first. */
export interface HomeResponse {
  readonly is_empty: boolean;
  readonly counts: HomeCountsMessage;
  readonly running: readonly RecentRunMessage[];
  readonly failed: readonly RecentRunMessage[];
  readonly in_production: readonly ProductionMessage[];
}

/** List users by name. */
export type ListAccounts = Readonly<Record<string, never>>;

/** List the tokens of everybody, the newest first. */
export type ListAllTokens = Readonly<Record<string, never>>;

/** List a directory of a run's artifacts. */
export interface ListArtifacts {
  readonly run_id: string;
  readonly path?: string | null;
  readonly page_token?: string | null;
  readonly run_uuid?: string | null;
}

/** A listing of a run's or a logged model's artifacts. */
export interface ListArtifactsResponse {
  readonly root_uri: string;
  readonly files?: readonly FileInfo[];
  readonly next_page_token?: string | null;
}

/** List what who asks is permitted. */
export type ListCurrentUserPermissions = Readonly<Record<string, never>>;

/** List groups by name. */
export type ListGroups = Readonly<Record<string, never>>;

/** List a directory of a logged model's artifacts. */
export interface ListLoggedModelArtifacts {
  readonly model_id: string;
  readonly artifact_directory_path?: string | null;
  readonly page_token?: string | null;
}

/** List what was said about metrics on the server, and in an experiment if one is named. */
export interface ListMetricMeaningOverrides {
  readonly experiment_id?: string | null;
}

/** List a folder of a version of a registered model. */
export interface ListModelVersionArtifacts {
  readonly name: string;
  readonly version: string;
  readonly path?: string;
}

/** List a directory under the server's artifact root. */
export interface ListProxiedArtifacts {
  readonly path?: string | null;
}

/** A listing of a directory under the server's artifact root. */
export interface ListProxiedArtifactsResponse {
  readonly files?: readonly FileInfo[];
}

/** List what a role permits. */
export interface ListRolePermissions {
  readonly role_id: number;
}

/** List the users who have a role by themselves. */
export interface ListRoleUsers {
  readonly role_id: number;
}

/** List roles: those that who asks has or may administer. */
export interface ListRoles {
  readonly workspace?: readonly string[];
}

/** List tokens, the newest first. */
export interface ListTokens {
  readonly username?: string | null;
}

/** List what a user is permitted, by herself, by her roles and by those of her groups. */
export interface ListUserPermissions {
  readonly username: string;
}

/** List the roles of a user, those of her groups too. */
export interface ListUserRoles {
  readonly username: string;
}

/** List users by name, with the roles that who asks may see. */
export type ListUsers = Readonly<Record<string, never>>;

/** All users by name. */
export interface ListUsersResponse {
  readonly users: readonly UserWithRolesMessage[];
}

/** Look at the latest deliveries to a webhook. */
export interface ListWebhookDeliveries {
  readonly webhook_id: string;
  readonly max_results?: number;
}

/** The latest deliveries to a webhook, the newest first. */
export interface ListWebhookDeliveriesResponse {
  readonly deliveries?: readonly WebhookDeliveryMessage[];
}

/** List webhooks; a page size of 0 asks for MLflow's own, which is 100. */
export interface ListWebhooks {
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** One page of webhooks. */
export interface ListWebhooksResponse {
  readonly webhooks?: readonly WebhookMessage[];
  readonly next_page_token?: string | null;
}

/** List the workspaces that who asks may enter. */
export type ListWorkspaces = Readonly<Record<string, never>>;

/** Log many metrics, params and tags, or none of them. */
export interface LogBatch {
  readonly run_id: string;
  readonly metrics?: readonly Metric[];
  readonly params?: readonly Param[];
  readonly tags?: readonly Tag[];
}

/** Say which datasets and logged models a run uses. */
export interface LogInputs {
  readonly run_id: string;
  readonly datasets?: readonly DatasetInput[];
  readonly models?: readonly ModelInput[];
}

/** Add params to a logged model. */
export interface LogLoggedModelParams {
  readonly model_id: string;
  readonly params?: readonly Param[];
}

/** Log one point of a metric. */
export interface LogMetric {
  readonly run_id: string;
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step?: number;
  readonly model_id?: string | null;
  readonly dataset_name?: string | null;
  readonly dataset_digest?: string | null;
  readonly run_uuid?: string | null;
}

/** Describe a model as clients of MLflow 2 do: with its MLmodel content as JSON within a text. */
export interface LogModel {
  readonly run_id: string;
  readonly model_json: string;
}

/** Say which logged models a run made. */
export interface LogOutputs {
  readonly run_id: string;
  readonly models: readonly ModelOutput[];
}

/** Log one param. */
export interface LogParam {
  readonly run_id: string;
  readonly key: string;
  readonly value?: string;
  readonly run_uuid?: string | null;
}

/** What was logged to a logged model. */
export interface LoggedModelDataMessage {
  readonly params?: readonly Param[];
  readonly metrics?: readonly Metric[];
}

/** What a logged model is, as answers show it. */
export interface LoggedModelInfoMessage {
  readonly model_id: string;
  readonly experiment_id: string;
  readonly name: string;
  readonly creation_timestamp_ms: number;
  readonly last_updated_timestamp_ms: number;
  readonly artifact_uri: string;
  readonly status: "LOGGED_MODEL_PENDING" | "LOGGED_MODEL_READY" | "LOGGED_MODEL_UPLOAD_FAILED";
  readonly model_type?: string | null;
  readonly source_run_id?: string | null;
  readonly tags?: readonly Tag[];
}

/** A logged model as answers show it. */
export interface LoggedModelMessage {
  readonly info: LoggedModelInfoMessage;
  readonly data: LoggedModelDataMessage;
}

/** One sort key of a search over logged models. */
export interface LoggedModelOrder {
  readonly field_name: string;
  readonly ascending?: boolean;
  readonly dataset_name?: string | null;
  readonly dataset_digest?: string | null;
}

/** One logged model. */
export interface LoggedModelResponse {
  readonly model: LoggedModelMessage;
}

/** Between what the latest finite values of the runs of an experiment lie; null if there are none. */
export interface LoggedRange {
  readonly least: number | null;
  readonly greatest: number | null;
}

/** Say what is in the bin: what is named, or all, and that only if it was deleted so many seconds ago. */
export interface LookIntoBin {
  readonly run_ids?: readonly string[];
  readonly experiment_ids?: readonly string[];
  readonly logged_model_ids?: readonly string[];
  readonly older_than_seconds?: number;
  readonly count_artifacts?: boolean;
}

/** One way in which the numbers of an ambiguous metric may be meant. */
export interface MeaningChoice {
  readonly direction: "higher" | "lower" | "none";
  readonly scale: number;
  readonly thresholds: unknown | null;
  readonly target: number | null;
  readonly suggested: boolean;
}

/** Where a part of a meaning comes from. */
export interface MeaningSource {
  readonly origin: "experiment" | "server" | "default" | "none";
  readonly pattern: string | null;
}

/** Where each part of a meaning comes from. */
export interface MeaningSources {
  readonly direction: MeaningSource;
  readonly unit: MeaningSource;
  readonly scale: MeaningSource;
  readonly thresholds: MeaningSource;
  readonly target: MeaningSource;
}

/** One point of a metric; its identity within a run is (key, timestamp, step, bits of the value). */
export interface Metric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step?: number;
  readonly model_id?: string | null;
  readonly dataset_name?: string | null;
  readonly dataset_digest?: string | null;
  readonly run_id?: string | null;
}

/** What a metric means, as answers show it; see `trialog.entities.metric_meaning.MetricMeaning`. */
export interface MetricMeaningMessage {
  readonly metric: string;
  readonly direction: "higher" | "lower" | "none";
  readonly unit: string;
  readonly scale: number | null;
  readonly thresholds: readonly number[] | null;
  readonly target: number | null;
  readonly ambiguous: boolean;
  readonly choices: readonly MeaningChoice[];
  readonly offered_thresholds: readonly number[] | null;
  readonly notes: readonly ("depends_on_scale" | "depends_on_data" | "scale_unknown" | "sign_unknown" | "values_out_of_range")[];
  readonly sources: MeaningSources;
  readonly logged: LoggedRange | null;
}

/** What was said about metrics of a name or pattern; parts that were not said are absent. */
export interface MetricMeaningOverrideMessage {
  readonly pattern: string;
  readonly last_updated_timestamp: number;
  readonly actor: string;
  readonly experiment_id?: string | null;
  readonly direction?: "higher" | "lower" | "none" | null;
  readonly unit?: string | null;
  readonly scale?: number | null;
  readonly thresholds?: readonly number[] | null;
  readonly target?: number | null;
  readonly without?: readonly ("thresholds" | "target")[];
}

/** One thing that was said, as it is kept now. */
export interface MetricMeaningOverrideResponse {
  readonly override: MetricMeaningOverrideMessage;
}

/** All that was said, the server's own first, each in the order of patterns. */
export interface MetricMeaningOverridesResponse {
  readonly overrides: readonly MetricMeaningOverrideMessage[];
}

/** What metrics mean, in the order asked, or by name. */
export interface MetricMeaningsResponse {
  readonly meanings: readonly MetricMeaningMessage[];
}

/** What a metric means, as far as a value of it needs to be shown; `metric-meanings` says where that comes from. */
export interface MetricReadingMessage {
  readonly direction: "higher" | "lower" | "none";
  readonly unit: string;
  readonly scale: number | null;
  readonly is_ambiguous: boolean;
}

/** All values of a metric of a run, in short. */
export interface MetricSummaryMessage {
  readonly key: string;
  readonly count: number;
  readonly last: number | string;
  readonly last_step: number;
  readonly last_timestamp: number;
  readonly first: number | string;
  readonly first_step: number;
  readonly first_timestamp: number;
  readonly min: number | string | null;
  readonly min_step: number | null;
  readonly max: number | string | null;
  readonly max_step: number | null;
  readonly band: "bad" | "weak" | "fair" | "good" | "excellent" | null;
  readonly meets_target: boolean | null;
  readonly reading: MetricReadingMessage;
}

/** The latest value of a metric of a run, and how good it is. */
export interface MetricValueMessage {
  readonly key: string;
  readonly value: number | string;
  readonly step: number;
  readonly timestamp: number;
  readonly band: "bad" | "weak" | "fair" | "good" | "excellent" | null;
  readonly meets_target: boolean | null;
  readonly reading: MetricReadingMessage;
}

/** An alias of a registered model. */
export interface ModelAliasMessage {
  readonly alias: string;
  readonly version: number;
}

/** One page of moves, the last one first. */
export interface ModelHistoryResponse {
  readonly moves: readonly RegistryMoveMessage[];
  readonly next_page_token?: string | null;
}

/** A logged model that a run used. */
export interface ModelInput {
  readonly model_id: string;
}

/** A logged model that a run made. */
export interface ModelOutput {
  readonly model_id: string;
  readonly step?: number;
}

/** A registered model, with what is in its stages. */
export interface ModelOverviewMessage {
  readonly name: string;
  readonly description: string | null;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly ModelAliasMessage[];
  readonly version_count: number;
  readonly production: VersionSummaryMessage | null;
  readonly staging: VersionSummaryMessage | null;
  readonly latest: VersionSummaryMessage | null;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** A registered model. */
export interface ModelOverviewResponse {
  readonly model: ModelOverviewMessage;
  readonly versions: readonly ModelVersionRowMessage[];
  readonly next_before_version: number | null;
  readonly signatures: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly readings: Readonly<Record<string, MetricReadingMessage>>;
  readonly moves: readonly RegistryMoveMessage[];
  readonly has_more_moves: boolean;
}

/** One page of registered models. */
export interface ModelOverviewsResponse {
  readonly models: readonly ModelOverviewMessage[];
  readonly total: number;
  readonly next_page_token?: string | null;
}

/** A version as MLflow's answers show it. */
export interface ModelVersionMessage {
  readonly name: string;
  readonly version: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly current_stage: "None" | "Staging" | "Production" | "Archived";
  readonly source: string;
  readonly status: "PENDING_REGISTRATION" | "FAILED_REGISTRATION" | "READY";
  readonly user_id?: string | null;
  readonly description?: string | null;
  readonly run_id?: string | null;
  readonly status_message?: string | null;
  readonly tags?: readonly Tag[];
  readonly run_link?: string | null;
  readonly aliases?: readonly string[];
}

/** One version. */
export interface ModelVersionResponse {
  readonly model_version: ModelVersionMessage;
}

/** A version beside others. */
export interface ModelVersionRowMessage {
  readonly summary: VersionSummaryMessage;
  readonly description: string | null;
  readonly last_updated_timestamp: number;
  readonly user_id: string | null;
  readonly source: string;
  readonly storage_location: string;
  readonly model_id: string | null;
  readonly status_message: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly flavors: readonly string[];
  readonly size_bytes: number | null;
  readonly signature_id: string | null;
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly params: Readonly<Record<string, string>>;
}

/** Where to send one part, and with which headers; clients send it there without their own credentials. */
export interface MultipartUploadCredential {
  readonly url: string;
  readonly part_number: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A part that was sent. */
export interface MultipartUploadPart {
  readonly part_number: number;
  readonly etag?: string;
  readonly url?: string;
}

/** A token that was just made. */
export interface NewTokenResponse {
  readonly token: TokenMessage;
  readonly secret: string;
}

/** An input of a run; once logged it never changes. */
export interface Param {
  readonly key: string;
  readonly value?: string;
}

/** A version that was in a stage at a moment. */
export interface PastOccupantMessage {
  readonly name: string;
  readonly version: number;
  readonly since: number;
  readonly by: string;
  readonly reason: string | null;
  readonly operation: "transition" | "promote" | "rollback" | "set_alias" | "delete_alias" | "delete";
  readonly gate: Readonly<Record<string, unknown>> | null;
}

/** A registered model that has a version in Production. */
export interface ProductionMessage {
  readonly name: string;
  readonly version: VersionSummaryMessage;
}

/** Move a version into a stage and say why. */
export interface PromoteModel {
  readonly model_name: string;
  readonly version: number | string;
  readonly stage: string;
  readonly archive_existing?: boolean;
  readonly reason?: string | null;
  readonly gate?: Readonly<Record<string, unknown>> | null;
  readonly expected_version?: number | string | null;
  readonly force?: boolean;
}

/** A run in a list of those that began last. */
export interface RecentRunMessage {
  readonly run_id: string;
  readonly run_name: string;
  readonly experiment_id: string;
  readonly experiment_name: string;
  readonly user_id: string;
  readonly status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  readonly start_time: number;
  readonly end_time: number | null;
}

/** An alias and the version that bears it. */
export interface RegisteredModelAliasMessage {
  readonly alias: string;
  readonly version: string;
}

/** A registered model as answers show it. */
export interface RegisteredModelMessage {
  readonly name: string;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly description?: string;
  readonly latest_versions?: readonly ModelVersionMessage[];
  readonly tags?: readonly Tag[];
  readonly aliases?: readonly RegisteredModelAliasMessage[];
}

/** What a user is permitted by herself on a registered model. */
export interface RegisteredModelPermissionMessage {
  readonly name: string;
  readonly user_id: number;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** What one user is permitted by herself on a registered model. */
export interface RegisteredModelPermissionResponse {
  readonly registered_model_permission: RegisteredModelPermissionMessage;
}

/** One registered model. */
export interface RegisteredModelResponse {
  readonly registered_model: RegisteredModelMessage;
}

/** One move of a stage or an alias. */
export interface RegistryMoveMessage {
  readonly move_id: number;
  readonly change_id: number;
  readonly registered_model_id: number;
  readonly name: string;
  readonly version: number | null;
  readonly alias: string | null;
  readonly from_stage: "None" | "Staging" | "Production" | "Archived" | null;
  readonly to_stage: "None" | "Staging" | "Production" | "Archived" | null;
  readonly from_version: number | null;
  readonly timestamp: number;
  readonly actor: string;
  readonly operation: "transition" | "promote" | "rollback" | "set_alias" | "delete_alias" | "delete";
  readonly reason: string | null;
  readonly gate: Readonly<Record<string, unknown>> | null;
}

/** The parent or a child of a run. */
export interface RelatedRunMessage {
  readonly run_id: string;
  readonly run_name: string;
  readonly experiment_id: string;
  readonly status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  readonly start_time: number | null;
  readonly end_time: number | null;
}

/** What one call did; see `trialog.retention.RemovalReport`. */
export interface RemovalResponse {
  readonly begun: number;
  readonly experiments: number;
  readonly runs: number;
  readonly logged_models: number;
  readonly points: number;
  readonly returned_bytes: number;
  readonly artifacts_left: readonly ArtifactsLeftMessage[];
  readonly artifacts_left_count: number;
  readonly failed: readonly FailedRemovalMessage[];
  readonly failed_count: number;
  readonly is_begun: boolean;
  readonly is_done: boolean;
  readonly is_elsewhere: boolean;
  readonly can_return_space: boolean;
}

/** Remove for good what is named, or everything in the bin. */
export interface RemoveForGood {
  readonly run_ids?: readonly string[];
  readonly experiment_ids?: readonly string[];
  readonly logged_model_ids?: readonly string[];
  readonly older_than_seconds?: number;
  readonly everything?: boolean;
}

/** Take a user out of a group. */
export interface RemoveGroupMember {
  readonly name: string;
  readonly username: string;
}

/** Take a permission out of its role. */
export interface RemoveRolePermission {
  readonly role_permission_id: number;
}

/** Give a registered model another name. */
export interface RenameRegisteredModel {
  readonly name: string;
  readonly new_name: string;
}

/** Take an experiment out of the bin. */
export interface RestoreExperiment {
  readonly experiment_id: string;
}

/** Take a run out of the bin. */
export interface RestoreRun {
  readonly run_id: string;
}

/** Take back what was permitted to one user by herself. */
export interface RevokeUserPermission {
  readonly username: string;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_id: string;
}

/** A role. */
export interface RoleMessage {
  readonly id: number;
  readonly name: string;
  readonly workspace: string;
  readonly description: string | null;
  readonly permissions: readonly RolePermissionMessage[];
}

/** What a role permits. */
export interface RolePermissionMessage {
  readonly id: number;
  readonly role_id: number;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_pattern: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** A permission of a role. */
export interface RolePermissionResponse {
  readonly role_permission: RolePermissionMessage;
}

/** What a role permits. */
export interface RolePermissionsResponse {
  readonly role_permissions: readonly RolePermissionMessage[];
}

/** A role. */
export interface RoleResponse {
  readonly role: RoleMessage;
}

/** Roles by workspace and name. */
export interface RolesResponse {
  readonly roles: readonly RoleMessage[];
}

/** Put back into a stage what was there before. */
export interface RollBackStage {
  readonly model_name: string;
  readonly stage?: string;
  readonly reason?: string | null;
  readonly expected_version?: number | string | null;
  readonly force?: boolean;
}

/** One page of the table: in each column a value for each run, null where a run has none. */
export interface RunColumnsResponse {
  readonly count: number;
  readonly attributes: Readonly<Record<string, readonly (string | number | readonly string[] | null)[]>>;
  readonly metrics: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly params: Readonly<Record<string, readonly (string | null)[]>>;
  readonly tags: Readonly<Record<string, readonly (string | null)[]>>;
  readonly total?: number | null;
  readonly total_is_exact?: boolean | null;
  readonly next_page_token?: string | null;
  readonly unknown_run_ids?: readonly string[];
  readonly star?: StarMessage | null;
}

/** What was logged to a run. */
export interface RunDataMessage {
  readonly metrics?: readonly Metric[];
  readonly params?: readonly Param[];
  readonly tags?: readonly Tag[];
}

/** A dataset as a run used it. */
export interface RunDatasetMessage {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: string | null;
  readonly context: string | null;
}

/** Runs that have one value. */
export interface RunGroupMessage {
  readonly value: string | null;
  readonly count: number;
  readonly metrics: Readonly<Record<string, GroupMetricMessage>>;
}

/** One page of groups. */
export interface RunGroupsResponse {
  readonly groups: readonly RunGroupMessage[];
  readonly total: number;
  readonly runs: number;
  readonly is_complete: boolean;
  readonly next_page_token?: string | null;
}

/** What a run is, as answers show it. */
export interface RunInfoMessage {
  readonly run_id: string;
  readonly run_uuid: string;
  readonly experiment_id: string;
  readonly run_name: string;
  readonly user_id: string;
  readonly status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  readonly artifact_uri: string;
  readonly lifecycle_stage: "active" | "deleted";
  readonly start_time?: number | null;
  readonly end_time?: number | null;
}

/** What a run used. */
export interface RunInputsMessage {
  readonly dataset_inputs?: readonly DatasetInput[];
  readonly model_inputs?: readonly ModelInput[];
}

/** Names of metrics, params or tags, or values of one of them. */
export interface RunKeysResponse {
  readonly keys: readonly string[];
  readonly values: readonly CommonValueMessage[];
  readonly total: number;
  readonly is_complete: boolean;
}

/** A logged model that a run made or used. */
export interface RunLoggedModelMessage {
  readonly model_id: string;
  readonly role: "input" | "output";
  readonly step: number | null;
  readonly name: string | null;
  readonly status: "LOGGED_MODEL_PENDING" | "LOGGED_MODEL_READY" | "LOGGED_MODEL_UPLOAD_FAILED" | null;
  readonly model_type: string | null;
  readonly artifact_uri: string | null;
  readonly creation_timestamp: number | null;
}

/** A run as answers show it. */
export interface RunMessage {
  readonly info: RunInfoMessage;
  readonly data: RunDataMessage;
  readonly inputs: RunInputsMessage;
  readonly outputs?: RunOutputsMessage;
}

/** A model among the files of a run, as its file `MLmodel` describes it. Nothing of it is loaded. */
export interface RunModelMessage {
  readonly name: string;
  readonly model_id: string | null;
  readonly path: string | null;
  readonly model_uri: string;
  readonly has_files: boolean;
  readonly flavors: readonly string[];
  readonly signature: Readonly<Record<string, unknown>> | null;
  readonly input_example: string | null;
  readonly size_bytes: number | null;
}

/** The models of a run. */
export interface RunModelsResponse {
  readonly models: readonly RunModelMessage[];
  readonly total: number;
}

/** What a run made. */
export interface RunOutputsMessage {
  readonly model_outputs?: readonly ModelOutput[];
}

/** All that is to be seen of a run. */
export interface RunOverviewResponse {
  readonly info: RunInfoMessage;
  readonly experiment_name: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
  readonly note: string | null;
  readonly metrics: readonly MetricSummaryMessage[];
  readonly metric_count: number;
  readonly system_metrics: readonly MetricSummaryMessage[];
  readonly system_metric_count: number;
  readonly params: readonly Param[];
  readonly param_count: number;
  readonly tags: readonly Tag[];
  readonly tag_count: number;
  readonly datasets: readonly RunDatasetMessage[];
  readonly logged_models: readonly RunLoggedModelMessage[];
  readonly model_paths: readonly string[];
  readonly versions: readonly RunVersionMessage[];
  readonly parent: RelatedRunMessage | null;
  readonly children: readonly RelatedRunMessage[];
  readonly child_count: number;
}

/** One run. */
export interface RunResponse {
  readonly run: RunMessage;
}

/** A version of a registered model that comes from a run. */
export interface RunVersionMessage {
  readonly name: string;
  readonly version: number;
  readonly stage: "None" | "Staging" | "Production" | "Archived";
  readonly label: string | null;
  readonly aliases: readonly string[];
}

/** Read the record of who did what, the newest first. */
export interface SearchAuditRecords {
  readonly actor?: string | null;
  readonly operation?: string | null;
  readonly since?: number;
  readonly until?: number;
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** Find the datasets that runs of some experiments used. */
export interface SearchDatasets {
  readonly experiment_ids: readonly string[];
}

/** The datasets and how they were used. */
export interface SearchDatasetsResponse {
  readonly dataset_summaries?: readonly DatasetSummary[];
}

/** List experiments with what is in them. */
export interface SearchExperimentOverviews {
  readonly search?: string;
  readonly view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  readonly order_by?: "name" | "last_activity" | "creation_time";
  readonly descending?: boolean;
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** Find experiments; there is no page size that would be taken for granted. */
export interface SearchExperiments {
  readonly max_results: number;
  readonly view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  readonly order_by?: readonly string[];
  readonly filter?: string | null;
  readonly page_token?: string | null;
}

/** One page of experiments. */
export interface SearchExperimentsResponse {
  readonly experiments?: readonly ExperimentMessage[];
  readonly next_page_token?: string | null;
}

/** Find logged models; a page size of 0 asks for MLflow's own, which is 100. */
export interface SearchLoggedModels {
  readonly experiment_ids: readonly string[];
  readonly filter?: string | null;
  readonly datasets?: readonly DatasetFilter[];
  readonly max_results?: number;
  readonly order_by?: readonly LoggedModelOrder[];
  readonly page_token?: string | null;
}

/** One page of logged models. */
export interface SearchLoggedModelsResponse {
  readonly models?: readonly LoggedModelMessage[];
  readonly next_page_token?: string | null;
}

/** List registered models with what is in Production and Staging. */
export interface SearchModelOverviews {
  readonly search?: string;
  readonly by_last_change?: boolean;
  readonly max_results?: number;
  readonly page_token?: string | null;
}

/** Find versions. */
export interface SearchModelVersions {
  readonly filter?: string | null;
  readonly max_results?: number;
  readonly order_by?: readonly string[];
  readonly page_token?: string | null;
}

/** One page of versions. */
export interface SearchModelVersionsResponse {
  readonly model_versions?: readonly ModelVersionMessage[];
  readonly next_page_token?: string | null;
}

/** Find registered models. */
export interface SearchRegisteredModels {
  readonly filter?: string | null;
  readonly max_results?: number;
  readonly order_by?: readonly string[];
  readonly page_token?: string | null;
}

/** One page of registered models. */
export interface SearchRegisteredModelsResponse {
  readonly registered_models?: readonly RegisteredModelMessage[];
  readonly next_page_token?: string | null;
}

/** Find runs for a table, or take those that are named, and read nothing of them but some columns. */
export interface SearchRunColumns {
  readonly experiment_ids?: readonly string[];
  readonly filter?: string | null;
  readonly run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  readonly max_results?: number;
  readonly order_by?: readonly string[];
  readonly page_token?: string | null;
  readonly attributes?: readonly ("run_id" | "run_name" | "experiment_id" | "user_id" | "status" | "start_time" | "end_time" | "lifecycle_stage" | "artifact_uri" | "deleted_time" | "duration" | "parent_run_id" | "child_count" | "datasets")[];
  readonly metrics?: readonly string[];
  readonly params?: readonly string[];
  readonly tags?: readonly string[];
  readonly metric_summary?: "last" | "min" | "max" | "first";
  readonly run_ids?: readonly string[];
  readonly star?: string | null;
}

/** Find runs. */
export interface SearchRuns {
  readonly experiment_ids?: readonly string[];
  readonly filter?: string | null;
  readonly run_view_type?: "ACTIVE_ONLY" | "DELETED_ONLY" | "ALL";
  readonly max_results?: number;
  readonly order_by?: readonly string[];
  readonly page_token?: string | null;
}

/** One page of runs. */
export interface SearchRunsResponse {
  readonly runs?: readonly RunMessage[];
  readonly next_page_token?: string | null;
}

/** What clients of MLflow ask a server before they rely on it; told without login, so it holds nothing private. */
export interface ServerInfoResponse {
  readonly store_type: string;
  readonly workspaces_enabled: boolean;
  readonly trace_archival_enabled: boolean;
  readonly multipart_uploads_enabled: boolean;
  readonly multipart_downloads_enabled: boolean;
  readonly presigned_upload_run_id_supported: boolean;
  readonly presigned_upload_model_id_supported: boolean;
  readonly features_enabled: FeaturesEnabled;
  readonly is_open_to_everybody?: boolean;
  readonly another_server?: AnotherServerMessage | null;
}

/** Say what metrics of a name or pattern mean in one experiment. */
export interface SetExperimentMetricMeaning {
  readonly pattern: string;
  readonly direction?: "higher" | "lower" | "none";
  readonly unit?: string | null;
  readonly scale?: number;
  readonly thresholds?: readonly number[] | null;
  readonly target?: number;
  readonly without?: readonly ("thresholds" | "target")[];
  readonly experiment_id: string;
}

/** Set or overwrite a tag of an experiment. */
export interface SetExperimentTag {
  readonly experiment_id: string;
  readonly key: string;
  readonly value?: string;
}

/** Set or overwrite tags of a logged model. */
export interface SetLoggedModelTags {
  readonly model_id: string;
  readonly tags?: readonly Tag[];
}

/** Say what metrics of a name or pattern mean on this server; replaces what was said under it before. */
export interface SetMetricMeaning {
  readonly pattern: string;
  readonly direction?: "higher" | "lower" | "none";
  readonly unit?: string | null;
  readonly scale?: number;
  readonly thresholds?: readonly number[] | null;
  readonly target?: number;
  readonly without?: readonly ("thresholds" | "target")[];
}

/** Set or overwrite a tag of a version; the tag `trialog.label` is its label. */
export interface SetModelVersionTag {
  readonly name: string;
  readonly version: string;
  readonly key: string;
  readonly value?: string;
}

/** Give an alias to a version, and take it from the one that bore it. */
export interface SetRegisteredModelAlias {
  readonly name: string;
  readonly alias: string;
  readonly version: string;
}

/** Set or overwrite a tag of a registered model. */
export interface SetRegisteredModelTag {
  readonly name: string;
  readonly key: string;
  readonly value?: string;
}

/** Set or overwrite a tag of a run. */
export interface SetTag {
  readonly run_id: string;
  readonly key: string;
  readonly value?: string;
  readonly run_uuid?: string | null;
}

/** What was in a stage at a moment, newest number first. */
export interface StageAtResponse {
  readonly name: string;
  readonly stage: "None" | "Staging" | "Production" | "Archived";
  readonly time: number;
  readonly versions: readonly PastOccupantMessage[];
}

/** The best runs by a metric, of active runs that match a search. */
export interface StarMessage {
  readonly metric: string;
  readonly run_ids: readonly string[];
  readonly direction: "higher" | "lower" | "none" | null;
  readonly code: string | null;
}

/** The state of the server. */
export interface StatusResponse {
  readonly version: string;
  readonly mlflow_version: string;
  readonly python_version: string;
  readonly started_at: number;
  readonly store_kind: "sqlite" | "postgresql" | "another_server";
  readonly has_accounts: boolean;
  readonly is_open: boolean;
  readonly has_workspaces: boolean;
  readonly serves_artifacts: boolean;
  readonly store: StoreStatusMessage | null;
  readonly counts: StoreCountsMessage | null;
}

/** How much there is, in the bin or not; told to administrators. */
export interface StoreCountsMessage {
  readonly experiments: number;
  readonly runs: number;
  readonly logged_models: number;
  readonly registered_models: number;
  readonly model_versions: number;
}

/** How the data is kept; told to administrators. */
export interface StoreStatusMessage {
  readonly address: string;
  readonly size_bytes: number;
  readonly free_bytes: number;
  readonly schema_version: string;
  readonly series_to_seal: number;
  readonly being_removed: number;
  readonly bin_retention_days: number | null;
  readonly artifacts: string | null;
}

/** A note on a thing that may be overwritten. */
export interface Tag {
  readonly key: string;
  readonly value?: string;
}

/** Send an example to a webhook; of its first event if none is named. */
export interface TestWebhook {
  readonly webhook_id: string;
  readonly event?: WebhookEventMessage | null;
}

/** What an example came to. */
export interface TestWebhookResponse {
  readonly result: WebhookTestResultMessage;
}

/** A token without its secret. */
export interface TokenMessage {
  readonly token_id: string;
  readonly username: string;
  readonly name: string;
  readonly scope: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
}

/** Tokens, the newest first. */
export interface TokensResponse {
  readonly tokens: readonly TokenMessage[];
}

/** Where old traces of a workspace would go; there are none in this release, so both fields stay empty. */
export interface TraceArchivalConfig {
  readonly location?: string | null;
  readonly retention?: string | null;
}

/** Move a version into a stage. */
export interface TransitionModelVersionStage {
  readonly name: string;
  readonly version: string;
  readonly stage: string;
  readonly archive_existing_versions?: boolean;
}

/** Take a role from a user. */
export interface UnassignRole {
  readonly username: string;
  readonly role_id: number;
}

/** Take a role from a group. */
export interface UnassignRoleFromGroup {
  readonly name: string;
  readonly role_id: number;
}

/** Change a user. */
export interface UpdateAccount {
  readonly username: string;
  readonly from_provider: boolean;
}

/** Give an experiment another name. */
export interface UpdateExperiment {
  readonly experiment_id: string;
  readonly new_name: string;
}

/** Change what one user is permitted by herself on an experiment. */
export interface UpdateExperimentPermission {
  readonly experiment_id: string;
  readonly username: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** Describe a version; without a description, take it away. */
export interface UpdateModelVersion {
  readonly name: string;
  readonly version: string;
  readonly description?: string | null;
}

/** Describe a registered model; without a description, take it away. */
export interface UpdateRegisteredModel {
  readonly name: string;
  readonly description?: string | null;
}

/** Change what one user is permitted by herself on a registered model. */
export interface UpdateRegisteredModelPermission {
  readonly name: string;
  readonly username: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** Rename or describe a role. */
export interface UpdateRole {
  readonly role_id: number;
  readonly name?: string | null;
  readonly description?: string | null;
}

/** Change how much a permission of a role permits. */
export interface UpdateRolePermission {
  readonly role_permission_id: number;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** Change what is given of a run. */
export interface UpdateRun {
  readonly run_id: string;
  readonly run_uuid?: string | null;
  readonly status?: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  readonly end_time?: number;
  readonly run_name?: string | null;
}

/** What the run is after the change. */
export interface UpdateRunResponse {
  readonly run_info: RunInfoMessage;
}

/** Make a user an administrator, or no longer one. */
export interface UpdateUserAdmin {
  readonly username: string;
  readonly is_admin: boolean;
}

/** Set a password, which ends the user's logins. */
export interface UpdateUserPassword {
  readonly username: string;
  readonly password: string;
  readonly current_password?: string | null;
}

/** Change a webhook: `events` replaces MLflow's events, `trialog_events` the others; an empty secret takes it away. */
export interface UpdateWebhook {
  readonly webhook_id: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly url?: string | null;
  readonly events?: readonly WebhookEventMessage[];
  readonly trialog_events?: readonly WebhookEventMessage[] | null;
  readonly secret?: string | null;
  readonly status?: "ACTIVE" | "DISABLED";
}

/** Change what is given of a workspace. */
export interface UpdateWorkspace {
  readonly workspace_name: string;
  readonly description?: string | null;
  readonly default_artifact_root?: string | null;
  readonly trace_archival_config?: TraceArchivalConfig | null;
}

/** A user, with what she is permitted by herself. */
export interface UserMessage {
  readonly id: number;
  readonly username: string;
  readonly is_admin: boolean;
  readonly experiment_permissions: readonly ExperimentPermissionMessage[];
  readonly registered_model_permissions: readonly RegisteredModelPermissionMessage[];
}

/** What a user may do with something in the end. */
export interface UserPermissionResponse {
  readonly allowed: boolean;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** One thing that a user is permitted. */
export interface UserPermissionRow {
  readonly role_id: number;
  readonly role_name: string;
  readonly workspace: string;
  readonly resource_type: "experiment" | "registered_model" | "workspace";
  readonly resource_pattern: string;
  readonly permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
}

/** What a user is permitted; an administrator may do everything besides. */
export interface UserPermissionsResponse {
  readonly is_admin: boolean;
  readonly permissions: readonly UserPermissionRow[];
}

/** A user. */
export interface UserResponse {
  readonly user: UserMessage;
}

/** A user with her roles. */
export interface UserWithRolesMessage {
  readonly id: number;
  readonly username: string;
  readonly is_admin: boolean;
  readonly roles: readonly RoleMessage[];
}

/** All there is to know of a version. */
export interface VersionDetailsResponse {
  readonly model_path: string;
  readonly version: number;
  readonly stage: "None" | "Staging" | "Production" | "Archived";
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly model_uri: string;
  readonly name: string;
  readonly label: string | null;
  readonly description: string | null;
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly user_id: string | null;
  readonly status: "PENDING_REGISTRATION" | "FAILED_REGISTRATION" | "READY";
  readonly run_id: string | null;
  readonly run_name: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly model_id: string | null;
  readonly storage_location: string;
  readonly signature: Readonly<Record<string, unknown>> | null;
  readonly flavors: readonly string[];
  readonly size_bytes: number | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly since: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly operation: "transition" | "promote" | "rollback" | "set_alias" | "delete_alias" | "delete" | null;
  readonly gate: Readonly<Record<string, unknown>> | null;
}

/** A version of a registered model, in short. */
export interface VersionSummaryMessage {
  readonly version: number;
  readonly label: string | null;
  readonly stage: "None" | "Staging" | "Production" | "Archived";
  readonly status: "PENDING_REGISTRATION" | "FAILED_REGISTRATION" | "READY";
  readonly aliases: readonly string[];
  readonly creation_timestamp: number;
  readonly since: number | null;
  readonly by: string | null;
  readonly run_id: string | null;
  readonly run_name: string | null;
  readonly experiment_id: string | null;
  readonly key_metric: MetricValueMessage | null;
}

/** Look at a file of a logged model. */
export interface ViewLoggedModelArtifact {
  readonly model_id: string;
  readonly path: string;
  readonly allow_scripts?: boolean;
  readonly workspace?: string;
}

/** Look at a file of a version of a registered model. */
export interface ViewModelVersionArtifact {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly allow_scripts?: boolean;
  readonly workspace?: string;
}

/** Look at a file of a run. */
export interface ViewRunArtifact {
  readonly run_id: string;
  readonly path: string;
  readonly allow_scripts?: boolean;
  readonly workspace?: string;
}

/** What became of one delivery. */
export interface WebhookDeliveryMessage {
  readonly delivery_id: string;
  readonly event: WebhookEventMessage;
  readonly timestamp: number;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  readonly next_attempt_at?: number | null;
  readonly last_attempt_at?: number | null;
  readonly response_status?: number | null;
  readonly fault?: string | null;
}

/** One kind of event. */
export interface WebhookEventMessage {
  readonly entity: "REGISTERED_MODEL" | "MODEL_VERSION" | "MODEL_VERSION_TAG" | "MODEL_VERSION_ALIAS" | "PROMPT" | "PROMPT_VERSION" | "PROMPT_TAG" | "PROMPT_VERSION_TAG" | "PROMPT_ALIAS" | "BUDGET_POLICY" | "MODEL_VERSION_STAGE";
  readonly action: "CREATED" | "DELETED" | "SET" | "EXCEEDED" | "CHANGED";
}

/** A webhook as answers show it. */
export interface WebhookMessage {
  readonly webhook_id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEventMessage[];
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly status: "ACTIVE" | "DISABLED";
  readonly description?: string | null;
  readonly trialog_events?: readonly WebhookEventMessage[];
}

/** One webhook. */
export interface WebhookResponse {
  readonly webhook: WebhookMessage;
}

/** What an example came to; what the receiver wrote is never shown. */
export interface WebhookTestResultMessage {
  readonly success: boolean;
  readonly response_status?: number | null;
  readonly error_message?: string | null;
}

/** Say who asks, and what she may do. */
export type WhoAmI = Readonly<Record<string, never>>;

/** Who asks, and what she may do. */
export interface WhoAmIResponse {
  readonly username: string;
  readonly user_id: number | null;
  readonly is_admin: boolean;
  readonly has_accounts: boolean;
  readonly via: string;
  readonly scope: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
  readonly default_permission: "READ" | "USE" | "EDIT" | "MANAGE" | "DENY" | "NO_PERMISSIONS";
  readonly groups: readonly string[];
  readonly permissions: readonly UserPermissionRow[];
}

/** A workspace. */
export interface WorkspaceMessage {
  readonly name: string;
  readonly description?: string | null;
  readonly default_artifact_root?: string | null;
}

/** A workspace. */
export interface WorkspaceResponse {
  readonly workspace: WorkspaceMessage;
}

/** Workspaces by name. */
export interface WorkspacesResponse {
  readonly workspaces?: readonly WorkspaceMessage[];
}

/** What each operation asks and answers. */
export interface Operations {
  readonly abort_multipart_upload: { readonly request: AbortMultipartUpload; readonly response: EmptyResponse };
  readonly add_group_member: { readonly request: AddGroupMember; readonly response: EmptyResponse };
  readonly add_role_permission: { readonly request: AddRolePermission; readonly response: RolePermissionResponse };
  readonly assign_role: { readonly request: AssignRole; readonly response: AssignmentResponse };
  readonly assign_role_to_group: { readonly request: AssignRoleToGroup; readonly response: EmptyResponse };
  readonly begin_run: { readonly request: BeginRun; readonly response: RunResponse };
  readonly complete_multipart_upload: { readonly request: CompleteMultipartUpload; readonly response: EmptyResponse };
  readonly continue_removal: { readonly request: ContinueRemoval; readonly response: RemovalResponse };
  readonly create_account: { readonly request: CreateAccount; readonly response: AccountMessage };
  readonly create_experiment: { readonly request: CreateExperiment; readonly response: CreateExperimentResponse };
  readonly create_experiment_permission: { readonly request: CreateExperimentPermission; readonly response: ExperimentPermissionResponse };
  readonly create_group: { readonly request: CreateGroup; readonly response: GroupMessage };
  readonly create_logged_model: { readonly request: CreateLoggedModel; readonly response: LoggedModelResponse };
  readonly create_model_version: { readonly request: CreateModelVersion; readonly response: ModelVersionResponse };
  readonly create_multipart_upload: { readonly request: CreateMultipartUpload; readonly response: CreateMultipartUploadResponse };
  readonly create_presigned_download_url: { readonly request: CreatePresignedDownloadUrl; readonly response: CreatePresignedDownloadUrlResponse };
  readonly create_presigned_upload_url: { readonly request: CreatePresignedUploadUrl; readonly response: CreatePresignedUploadUrlResponse };
  readonly create_registered_model: { readonly request: CreateRegisteredModel; readonly response: RegisteredModelResponse };
  readonly create_registered_model_permission: { readonly request: CreateRegisteredModelPermission; readonly response: RegisteredModelPermissionResponse };
  readonly create_role: { readonly request: CreateRole; readonly response: RoleResponse };
  readonly create_run: { readonly request: CreateRun; readonly response: RunResponse };
  readonly create_token: { readonly request: CreateToken; readonly response: NewTokenResponse };
  readonly create_user: { readonly request: CreateUser; readonly response: UserResponse };
  readonly create_webhook: { readonly request: CreateWebhook; readonly response: WebhookResponse };
  readonly create_workspace: { readonly request: CreateWorkspace; readonly response: WorkspaceResponse };
  readonly delete_artifact: { readonly request: ArtifactPath; readonly response: EmptyResponse };
  readonly delete_experiment: { readonly request: DeleteExperiment; readonly response: EmptyResponse };
  readonly delete_experiment_metric_meaning: { readonly request: DeleteExperimentMetricMeaning; readonly response: EmptyResponse };
  readonly delete_experiment_permission: { readonly request: DeleteExperimentPermission; readonly response: EmptyResponse };
  readonly delete_experiment_tag: { readonly request: DeleteExperimentTag; readonly response: EmptyResponse };
  readonly delete_group: { readonly request: DeleteGroup; readonly response: EmptyResponse };
  readonly delete_logged_model: { readonly request: DeleteLoggedModel; readonly response: EmptyResponse };
  readonly delete_logged_model_tag: { readonly request: DeleteLoggedModelTag; readonly response: EmptyResponse };
  readonly delete_metric_meaning: { readonly request: DeleteMetricMeaning; readonly response: EmptyResponse };
  readonly delete_model_version: { readonly request: DeleteModelVersion; readonly response: EmptyResponse };
  readonly delete_model_version_tag: { readonly request: DeleteModelVersionTag; readonly response: EmptyResponse };
  readonly delete_registered_model: { readonly request: DeleteRegisteredModel; readonly response: EmptyResponse };
  readonly delete_registered_model_alias: { readonly request: DeleteRegisteredModelAlias; readonly response: EmptyResponse };
  readonly delete_registered_model_permission: { readonly request: DeleteRegisteredModelPermission; readonly response: EmptyResponse };
  readonly delete_registered_model_tag: { readonly request: DeleteRegisteredModelTag; readonly response: EmptyResponse };
  readonly delete_role: { readonly request: DeleteRole; readonly response: EmptyResponse };
  readonly delete_run: { readonly request: DeleteRun; readonly response: EmptyResponse };
  readonly delete_tag: { readonly request: DeleteTag; readonly response: EmptyResponse };
  readonly delete_token: { readonly request: DeleteToken; readonly response: EmptyResponse };
  readonly delete_user: { readonly request: DeleteUser; readonly response: EmptyResponse };
  readonly delete_webhook: { readonly request: DeleteWebhook; readonly response: EmptyResponse };
  readonly delete_workspace: { readonly request: DeleteWorkspace; readonly response: EmptyResponse };
  readonly end_sessions: { readonly request: EndSessions; readonly response: EmptyResponse };
  readonly finalize_logged_model: { readonly request: FinalizeLoggedModel; readonly response: LoggedModelResponse };
  readonly find_best_run: { readonly request: FindBestRun; readonly response: BestRunResponse };
  readonly find_changes: { readonly request: FindChanges; readonly response: ChangesResponse };
  readonly find_run_groups: { readonly request: FindRunGroups; readonly response: RunGroupsResponse };
  readonly find_run_keys: { readonly request: FindRunKeys; readonly response: RunKeysResponse };
  readonly get_current_user: { readonly request: GetCurrentUser; readonly response: CurrentUserResponse };
  readonly get_curves: { readonly request: GetCurves; readonly response: CurvesResponse };
  readonly get_experiment: { readonly request: GetExperiment; readonly response: ExperimentResponse };
  readonly get_experiment_by_name: { readonly request: GetExperimentByName; readonly response: ExperimentResponse };
  readonly get_experiment_permission: { readonly request: GetExperimentPermission; readonly response: ExperimentPermissionResponse };
  readonly get_group: { readonly request: GetGroup; readonly response: GroupResponse };
  readonly get_home: { readonly request: GetHome; readonly response: HomeResponse };
  readonly get_latest_versions: { readonly request: GetLatestVersions; readonly response: GetLatestVersionsResponse };
  readonly get_logged_model: { readonly request: GetLoggedModel; readonly response: LoggedModelResponse };
  readonly get_metric_history: { readonly request: GetMetricHistory; readonly response: GetMetricHistoryResponse };
  readonly get_metric_history_bulk: { readonly request: GetMetricHistoryBulk; readonly response: GetMetricHistoryBulkResponse };
  readonly get_metric_history_bulk_interval: { readonly request: GetMetricHistoryBulkInterval; readonly response: GetMetricHistoryResponse };
  readonly get_metric_meanings: { readonly request: GetMetricMeanings; readonly response: MetricMeaningsResponse };
  readonly get_model_history: { readonly request: GetModelHistory; readonly response: ModelHistoryResponse };
  readonly get_model_overview: { readonly request: GetModelOverview; readonly response: ModelOverviewResponse };
  readonly get_model_version: { readonly request: GetModelVersion; readonly response: ModelVersionResponse };
  readonly get_model_version_by_alias: { readonly request: GetModelVersionByAlias; readonly response: ModelVersionResponse };
  readonly get_model_version_download_uri: { readonly request: GetModelVersionDownloadUri; readonly response: GetModelVersionDownloadUriResponse };
  readonly get_named_version: { readonly request: GetNamedVersion; readonly response: VersionDetailsResponse };
  readonly get_presigned_download: { readonly request: ArtifactPath; readonly response: GetPresignedDownloadResponse };
  readonly get_registered_model: { readonly request: GetRegisteredModel; readonly response: RegisteredModelResponse };
  readonly get_registered_model_permission: { readonly request: GetRegisteredModelPermission; readonly response: RegisteredModelPermissionResponse };
  readonly get_role: { readonly request: GetRole; readonly response: RoleResponse };
  readonly get_run: { readonly request: GetRun; readonly response: RunResponse };
  readonly get_run_models: { readonly request: GetRunModels; readonly response: RunModelsResponse };
  readonly get_run_overview: { readonly request: GetRunOverview; readonly response: RunOverviewResponse };
  readonly get_stage_at: { readonly request: GetStageAt; readonly response: StageAtResponse };
  readonly get_stage_version: { readonly request: GetStageVersion; readonly response: VersionDetailsResponse };
  readonly get_status: { readonly request: GetStatus; readonly response: StatusResponse };
  readonly get_user: { readonly request: GetUser; readonly response: UserResponse };
  readonly get_user_permission: { readonly request: GetUserPermission; readonly response: UserPermissionResponse };
  readonly get_webhook: { readonly request: GetWebhook; readonly response: WebhookResponse };
  readonly get_workspace: { readonly request: GetWorkspace; readonly response: WorkspaceResponse };
  readonly grant_user_permission: { readonly request: GrantUserPermission; readonly response: EmptyResponse };
  readonly list_accounts: { readonly request: ListAccounts; readonly response: AccountsResponse };
  readonly list_all_tokens: { readonly request: ListAllTokens; readonly response: TokensResponse };
  readonly list_artifacts: { readonly request: ListArtifacts; readonly response: ListArtifactsResponse };
  readonly list_current_user_permissions: { readonly request: ListCurrentUserPermissions; readonly response: UserPermissionsResponse };
  readonly list_groups: { readonly request: ListGroups; readonly response: GroupsResponse };
  readonly list_logged_model_artifacts: { readonly request: ListLoggedModelArtifacts; readonly response: ListArtifactsResponse };
  readonly list_metric_meaning_overrides: { readonly request: ListMetricMeaningOverrides; readonly response: MetricMeaningOverridesResponse };
  readonly list_model_version_artifacts: { readonly request: ListModelVersionArtifacts; readonly response: ListArtifactsResponse };
  readonly list_proxied_artifacts: { readonly request: ListProxiedArtifacts; readonly response: ListProxiedArtifactsResponse };
  readonly list_role_permissions: { readonly request: ListRolePermissions; readonly response: RolePermissionsResponse };
  readonly list_role_users: { readonly request: ListRoleUsers; readonly response: AssignmentsResponse };
  readonly list_roles: { readonly request: ListRoles; readonly response: RolesResponse };
  readonly list_tokens: { readonly request: ListTokens; readonly response: TokensResponse };
  readonly list_user_permissions: { readonly request: ListUserPermissions; readonly response: UserPermissionsResponse };
  readonly list_user_roles: { readonly request: ListUserRoles; readonly response: RolesResponse };
  readonly list_users: { readonly request: ListUsers; readonly response: ListUsersResponse };
  readonly list_webhook_deliveries: { readonly request: ListWebhookDeliveries; readonly response: ListWebhookDeliveriesResponse };
  readonly list_webhooks: { readonly request: ListWebhooks; readonly response: ListWebhooksResponse };
  readonly list_workspaces: { readonly request: ListWorkspaces; readonly response: WorkspacesResponse };
  readonly log_batch: { readonly request: LogBatch; readonly response: EmptyResponse };
  readonly log_inputs: { readonly request: LogInputs; readonly response: EmptyResponse };
  readonly log_logged_model_params: { readonly request: LogLoggedModelParams; readonly response: EmptyResponse };
  readonly log_metric: { readonly request: LogMetric; readonly response: EmptyResponse };
  readonly log_model: { readonly request: LogModel; readonly response: EmptyResponse };
  readonly log_outputs: { readonly request: LogOutputs; readonly response: EmptyResponse };
  readonly log_param: { readonly request: LogParam; readonly response: EmptyResponse };
  readonly look_into_bin: { readonly request: LookIntoBin; readonly response: BinContentResponse };
  readonly promote_model: { readonly request: PromoteModel; readonly response: VersionDetailsResponse };
  readonly remove_for_good: { readonly request: RemoveForGood; readonly response: RemovalResponse };
  readonly remove_group_member: { readonly request: RemoveGroupMember; readonly response: EmptyResponse };
  readonly remove_role_permission: { readonly request: RemoveRolePermission; readonly response: EmptyResponse };
  readonly rename_registered_model: { readonly request: RenameRegisteredModel; readonly response: RegisteredModelResponse };
  readonly restore_experiment: { readonly request: RestoreExperiment; readonly response: EmptyResponse };
  readonly restore_run: { readonly request: RestoreRun; readonly response: EmptyResponse };
  readonly revoke_user_permission: { readonly request: RevokeUserPermission; readonly response: EmptyResponse };
  readonly roll_back_stage: { readonly request: RollBackStage; readonly response: VersionDetailsResponse };
  readonly search_audit_records: { readonly request: SearchAuditRecords; readonly response: AuditRecordsResponse };
  readonly search_datasets: { readonly request: SearchDatasets; readonly response: SearchDatasetsResponse };
  readonly search_experiment_overviews: { readonly request: SearchExperimentOverviews; readonly response: ExperimentOverviewsResponse };
  readonly search_experiments: { readonly request: SearchExperiments; readonly response: SearchExperimentsResponse };
  readonly search_logged_models: { readonly request: SearchLoggedModels; readonly response: SearchLoggedModelsResponse };
  readonly search_model_overviews: { readonly request: SearchModelOverviews; readonly response: ModelOverviewsResponse };
  readonly search_model_versions: { readonly request: SearchModelVersions; readonly response: SearchModelVersionsResponse };
  readonly search_registered_models: { readonly request: SearchRegisteredModels; readonly response: SearchRegisteredModelsResponse };
  readonly search_run_columns: { readonly request: SearchRunColumns; readonly response: RunColumnsResponse };
  readonly search_runs: { readonly request: SearchRuns; readonly response: SearchRunsResponse };
  readonly server_info: { readonly request: EmptyRequest; readonly response: ServerInfoResponse };
  readonly set_experiment_metric_meaning: { readonly request: SetExperimentMetricMeaning; readonly response: MetricMeaningOverrideResponse };
  readonly set_experiment_tag: { readonly request: SetExperimentTag; readonly response: EmptyResponse };
  readonly set_logged_model_tags: { readonly request: SetLoggedModelTags; readonly response: LoggedModelResponse };
  readonly set_metric_meaning: { readonly request: SetMetricMeaning; readonly response: MetricMeaningOverrideResponse };
  readonly set_model_version_tag: { readonly request: SetModelVersionTag; readonly response: EmptyResponse };
  readonly set_registered_model_alias: { readonly request: SetRegisteredModelAlias; readonly response: EmptyResponse };
  readonly set_registered_model_tag: { readonly request: SetRegisteredModelTag; readonly response: EmptyResponse };
  readonly set_tag: { readonly request: SetTag; readonly response: EmptyResponse };
  readonly test_webhook: { readonly request: TestWebhook; readonly response: TestWebhookResponse };
  readonly transition_model_version_stage: { readonly request: TransitionModelVersionStage; readonly response: ModelVersionResponse };
  readonly unassign_role: { readonly request: UnassignRole; readonly response: EmptyResponse };
  readonly unassign_role_from_group: { readonly request: UnassignRoleFromGroup; readonly response: EmptyResponse };
  readonly update_account: { readonly request: UpdateAccount; readonly response: AccountMessage };
  readonly update_experiment: { readonly request: UpdateExperiment; readonly response: EmptyResponse };
  readonly update_experiment_permission: { readonly request: UpdateExperimentPermission; readonly response: EmptyResponse };
  readonly update_model_version: { readonly request: UpdateModelVersion; readonly response: ModelVersionResponse };
  readonly update_registered_model: { readonly request: UpdateRegisteredModel; readonly response: RegisteredModelResponse };
  readonly update_registered_model_permission: { readonly request: UpdateRegisteredModelPermission; readonly response: EmptyResponse };
  readonly update_role: { readonly request: UpdateRole; readonly response: RoleResponse };
  readonly update_role_permission: { readonly request: UpdateRolePermission; readonly response: RolePermissionResponse };
  readonly update_run: { readonly request: UpdateRun; readonly response: UpdateRunResponse };
  readonly update_user_admin: { readonly request: UpdateUserAdmin; readonly response: EmptyResponse };
  readonly update_user_password: { readonly request: UpdateUserPassword; readonly response: EmptyResponse };
  readonly update_webhook: { readonly request: UpdateWebhook; readonly response: WebhookResponse };
  readonly update_workspace: { readonly request: UpdateWorkspace; readonly response: WorkspaceResponse };
  readonly who_am_i: { readonly request: WhoAmI; readonly response: WhoAmIResponse };
}

/** Name of an operation. */
export type Operation = keyof Operations;

/** Method and path of each operation, and where its request goes beside the path. */
export const routes: Readonly<Record<Operation, readonly [string, string, "query" | "body"]>> = {
  abort_multipart_upload: ["POST", "/api/2.0/mlflow-artifacts/mpu/abort/{artifact_path:path}", "body"],
  add_group_member: ["PUT", "/api/trialog/v1/groups/{name}/members/{username}", "body"],
  add_role_permission: ["POST", "/api/3.0/mlflow/roles/permissions/add", "body"],
  assign_role: ["POST", "/api/3.0/mlflow/roles/assign", "body"],
  assign_role_to_group: ["PUT", "/api/trialog/v1/groups/{name}/roles/{role_id}", "body"],
  begin_run: ["PUT", "/api/trialog/v1/runs/{run_id}", "body"],
  complete_multipart_upload: ["POST", "/api/2.0/mlflow-artifacts/mpu/complete/{artifact_path:path}", "body"],
  continue_removal: ["POST", "/api/trialog/v1/bin/continue", "body"],
  create_account: ["POST", "/api/trialog/v1/users", "body"],
  create_experiment: ["POST", "/api/2.0/mlflow/experiments/create", "body"],
  create_experiment_permission: ["POST", "/api/2.0/mlflow/experiments/permissions/create", "body"],
  create_group: ["POST", "/api/trialog/v1/groups", "body"],
  create_logged_model: ["POST", "/api/2.0/mlflow/logged-models", "body"],
  create_model_version: ["POST", "/api/2.0/mlflow/model-versions/create", "body"],
  create_multipart_upload: ["POST", "/api/2.0/mlflow-artifacts/mpu/create/{artifact_path:path}", "body"],
  create_presigned_download_url: ["POST", "/api/2.0/mlflow/artifacts/presigned-download-url", "body"],
  create_presigned_upload_url: ["POST", "/api/2.0/mlflow/artifacts/presigned-upload-url", "body"],
  create_registered_model: ["POST", "/api/2.0/mlflow/registered-models/create", "body"],
  create_registered_model_permission: ["POST", "/api/2.0/mlflow/registered-models/permissions/create", "body"],
  create_role: ["POST", "/api/3.0/mlflow/roles/create", "body"],
  create_run: ["POST", "/api/2.0/mlflow/runs/create", "body"],
  create_token: ["POST", "/api/trialog/v1/tokens", "body"],
  create_user: ["POST", "/api/2.0/mlflow/users/create", "body"],
  create_webhook: ["POST", "/api/2.0/mlflow/webhooks", "body"],
  create_workspace: ["POST", "/api/3.0/mlflow/workspaces", "body"],
  delete_artifact: ["DELETE", "/api/2.0/mlflow-artifacts/artifacts/{path:path}", "body"],
  delete_experiment: ["POST", "/api/2.0/mlflow/experiments/delete", "body"],
  delete_experiment_metric_meaning: ["DELETE", "/api/trialog/v1/experiments/{experiment_id}/metric-meanings/{pattern:path}", "body"],
  delete_experiment_permission: ["DELETE", "/api/2.0/mlflow/experiments/permissions/delete", "body"],
  delete_experiment_tag: ["POST", "/api/2.0/mlflow/experiments/delete-experiment-tag", "body"],
  delete_group: ["DELETE", "/api/trialog/v1/groups/{name}", "body"],
  delete_logged_model: ["DELETE", "/api/2.0/mlflow/logged-models/{model_id}", "body"],
  delete_logged_model_tag: ["DELETE", "/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key:path}", "body"],
  delete_metric_meaning: ["DELETE", "/api/trialog/v1/metric-meanings/overrides/{pattern:path}", "body"],
  delete_model_version: ["DELETE", "/api/2.0/mlflow/model-versions/delete", "body"],
  delete_model_version_tag: ["DELETE", "/api/2.0/mlflow/model-versions/delete-tag", "body"],
  delete_registered_model: ["DELETE", "/api/2.0/mlflow/registered-models/delete", "body"],
  delete_registered_model_alias: ["DELETE", "/api/2.0/mlflow/registered-models/alias", "body"],
  delete_registered_model_permission: ["DELETE", "/api/2.0/mlflow/registered-models/permissions/delete", "body"],
  delete_registered_model_tag: ["DELETE", "/api/2.0/mlflow/registered-models/delete-tag", "body"],
  delete_role: ["DELETE", "/api/3.0/mlflow/roles/delete", "body"],
  delete_run: ["POST", "/api/2.0/mlflow/runs/delete", "body"],
  delete_tag: ["POST", "/api/2.0/mlflow/runs/delete-tag", "body"],
  delete_token: ["DELETE", "/api/trialog/v1/tokens/{token_id}", "body"],
  delete_user: ["DELETE", "/api/2.0/mlflow/users/delete", "body"],
  delete_webhook: ["DELETE", "/api/2.0/mlflow/webhooks/{webhook_id}", "body"],
  delete_workspace: ["DELETE", "/api/3.0/mlflow/workspaces/{workspace_name}", "query"],
  end_sessions: ["DELETE", "/api/trialog/v1/sessions", "body"],
  finalize_logged_model: ["PATCH", "/api/2.0/mlflow/logged-models/{model_id}", "body"],
  find_best_run: ["POST", "/api/trialog/v1/runs/best", "body"],
  find_changes: ["POST", "/api/trialog/v1/changes", "body"],
  find_run_groups: ["POST", "/api/trialog/v1/runs/groups", "body"],
  find_run_keys: ["POST", "/api/trialog/v1/runs/keys", "body"],
  get_current_user: ["GET", "/api/2.0/mlflow/users/current", "query"],
  get_curves: ["POST", "/api/trialog/v1/metrics/curves", "body"],
  get_experiment: ["GET", "/api/2.0/mlflow/experiments/get", "query"],
  get_experiment_by_name: ["GET", "/api/2.0/mlflow/experiments/get-by-name", "query"],
  get_experiment_permission: ["GET", "/api/2.0/mlflow/experiments/permissions/get", "query"],
  get_group: ["GET", "/api/trialog/v1/groups/{name}", "query"],
  get_home: ["GET", "/api/trialog/v1/home", "query"],
  get_latest_versions: ["POST", "/api/2.0/mlflow/registered-models/get-latest-versions", "body"],
  get_logged_model: ["GET", "/api/2.0/mlflow/logged-models/{model_id}", "query"],
  get_metric_history: ["GET", "/api/2.0/mlflow/metrics/get-history", "query"],
  get_metric_history_bulk: ["GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", "query"],
  get_metric_history_bulk_interval: ["GET", "/api/2.0/mlflow/metrics/get-history-bulk-interval", "query"],
  get_metric_meanings: ["GET", "/api/trialog/v1/metric-meanings", "query"],
  get_model_history: ["GET", "/mlflow/models/{name}/history", "query"],
  get_model_overview: ["GET", "/api/trialog/v1/models/{name}", "query"],
  get_model_version: ["GET", "/api/2.0/mlflow/model-versions/get", "query"],
  get_model_version_by_alias: ["GET", "/api/2.0/mlflow/registered-models/alias", "query"],
  get_model_version_download_uri: ["GET", "/api/2.0/mlflow/model-versions/get-download-uri", "query"],
  get_named_version: ["GET", "/mlflow/models/{name}/versions/{version}", "query"],
  get_presigned_download: ["GET", "/api/2.0/mlflow-artifacts/presigned/{path:path}", "query"],
  get_registered_model: ["GET", "/api/2.0/mlflow/registered-models/get", "query"],
  get_registered_model_permission: ["GET", "/api/2.0/mlflow/registered-models/permissions/get", "query"],
  get_role: ["GET", "/api/3.0/mlflow/roles/get", "query"],
  get_run: ["GET", "/api/2.0/mlflow/runs/get", "query"],
  get_run_models: ["GET", "/api/trialog/v1/runs/{run_id}/models", "query"],
  get_run_overview: ["GET", "/api/trialog/v1/runs/{run_id}", "query"],
  get_stage_at: ["GET", "/mlflow/models/{name}/stage/{stage}/at", "query"],
  get_stage_version: ["POST", "/mlflow/models/{name}/stage/{stage}", "query"],
  get_status: ["GET", "/api/trialog/v1/status", "query"],
  get_user: ["GET", "/api/2.0/mlflow/users/get", "query"],
  get_user_permission: ["GET", "/api/3.0/mlflow/users/permissions/get", "query"],
  get_webhook: ["GET", "/api/2.0/mlflow/webhooks/{webhook_id}", "query"],
  get_workspace: ["GET", "/api/3.0/mlflow/workspaces/{workspace_name}", "query"],
  grant_user_permission: ["POST", "/api/3.0/mlflow/users/permissions/grant", "body"],
  list_accounts: ["GET", "/api/trialog/v1/users", "query"],
  list_all_tokens: ["GET", "/api/trialog/v1/tokens/all", "query"],
  list_artifacts: ["GET", "/api/2.0/mlflow/artifacts/list", "query"],
  list_current_user_permissions: ["GET", "/api/3.0/mlflow/users/current/permissions", "query"],
  list_groups: ["GET", "/api/trialog/v1/groups", "query"],
  list_logged_model_artifacts: ["GET", "/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories", "query"],
  list_metric_meaning_overrides: ["GET", "/api/trialog/v1/metric-meanings/overrides", "query"],
  list_model_version_artifacts: ["GET", "/api/trialog/v1/models/{name}/versions/{version}/artifacts", "query"],
  list_proxied_artifacts: ["GET", "/api/2.0/mlflow-artifacts/artifacts", "query"],
  list_role_permissions: ["GET", "/api/3.0/mlflow/roles/permissions/list", "query"],
  list_role_users: ["GET", "/api/3.0/mlflow/roles/users/list", "query"],
  list_roles: ["GET", "/api/3.0/mlflow/roles/list", "query"],
  list_tokens: ["GET", "/api/trialog/v1/tokens", "query"],
  list_user_permissions: ["GET", "/api/3.0/mlflow/users/permissions/list", "query"],
  list_user_roles: ["GET", "/api/3.0/mlflow/users/roles/list", "query"],
  list_users: ["GET", "/api/2.0/mlflow/users/list", "query"],
  list_webhook_deliveries: ["GET", "/api/2.0/mlflow/webhooks/{webhook_id}/deliveries", "query"],
  list_webhooks: ["GET", "/api/2.0/mlflow/webhooks", "query"],
  list_workspaces: ["GET", "/api/3.0/mlflow/workspaces", "query"],
  log_batch: ["POST", "/api/2.0/mlflow/runs/log-batch", "body"],
  log_inputs: ["POST", "/api/2.0/mlflow/runs/log-inputs", "body"],
  log_logged_model_params: ["POST", "/api/2.0/mlflow/logged-models/{model_id}/params", "body"],
  log_metric: ["POST", "/api/2.0/mlflow/runs/log-metric", "body"],
  log_model: ["POST", "/api/2.0/mlflow/runs/log-model", "body"],
  log_outputs: ["POST", "/api/2.0/mlflow/runs/outputs", "body"],
  log_param: ["POST", "/api/2.0/mlflow/runs/log-parameter", "body"],
  look_into_bin: ["GET", "/api/trialog/v1/bin", "query"],
  promote_model: ["POST", "/mlflow/models/promote", "body"],
  remove_for_good: ["POST", "/api/trialog/v1/bin/remove", "body"],
  remove_group_member: ["DELETE", "/api/trialog/v1/groups/{name}/members/{username}", "body"],
  remove_role_permission: ["DELETE", "/api/3.0/mlflow/roles/permissions/remove", "body"],
  rename_registered_model: ["POST", "/api/2.0/mlflow/registered-models/rename", "body"],
  restore_experiment: ["POST", "/api/2.0/mlflow/experiments/restore", "body"],
  restore_run: ["POST", "/api/2.0/mlflow/runs/restore", "body"],
  revoke_user_permission: ["POST", "/api/3.0/mlflow/users/permissions/revoke", "body"],
  roll_back_stage: ["POST", "/mlflow/models/rollback", "body"],
  search_audit_records: ["GET", "/api/trialog/v1/audit", "query"],
  search_datasets: ["POST", "/api/2.0/mlflow/experiments/search-datasets", "body"],
  search_experiment_overviews: ["POST", "/api/trialog/v1/experiments/overview", "body"],
  search_experiments: ["POST", "/api/2.0/mlflow/experiments/search", "body"],
  search_logged_models: ["POST", "/api/2.0/mlflow/logged-models/search", "body"],
  search_model_overviews: ["POST", "/api/trialog/v1/models/overview", "body"],
  search_model_versions: ["GET", "/api/2.0/mlflow/model-versions/search", "query"],
  search_registered_models: ["GET", "/api/2.0/mlflow/registered-models/search", "query"],
  search_run_columns: ["POST", "/api/trialog/v1/runs/columns", "body"],
  search_runs: ["POST", "/api/2.0/mlflow/runs/search", "body"],
  server_info: ["GET", "/api/3.0/mlflow/server-info", "query"],
  set_experiment_metric_meaning: ["PUT", "/api/trialog/v1/experiments/{experiment_id}/metric-meanings/{pattern:path}", "body"],
  set_experiment_tag: ["POST", "/api/2.0/mlflow/experiments/set-experiment-tag", "body"],
  set_logged_model_tags: ["PATCH", "/api/2.0/mlflow/logged-models/{model_id}/tags", "body"],
  set_metric_meaning: ["PUT", "/api/trialog/v1/metric-meanings/overrides/{pattern:path}", "body"],
  set_model_version_tag: ["POST", "/api/2.0/mlflow/model-versions/set-tag", "body"],
  set_registered_model_alias: ["POST", "/api/2.0/mlflow/registered-models/alias", "body"],
  set_registered_model_tag: ["POST", "/api/2.0/mlflow/registered-models/set-tag", "body"],
  set_tag: ["POST", "/api/2.0/mlflow/runs/set-tag", "body"],
  test_webhook: ["POST", "/api/2.0/mlflow/webhooks/{webhook_id}/test", "body"],
  transition_model_version_stage: ["POST", "/api/2.0/mlflow/model-versions/transition-stage", "body"],
  unassign_role: ["DELETE", "/api/3.0/mlflow/roles/unassign", "body"],
  unassign_role_from_group: ["DELETE", "/api/trialog/v1/groups/{name}/roles/{role_id}", "body"],
  update_account: ["PATCH", "/api/trialog/v1/users/{username}", "body"],
  update_experiment: ["POST", "/api/2.0/mlflow/experiments/update", "body"],
  update_experiment_permission: ["PATCH", "/api/2.0/mlflow/experiments/permissions/update", "body"],
  update_model_version: ["PATCH", "/api/2.0/mlflow/model-versions/update", "body"],
  update_registered_model: ["PATCH", "/api/2.0/mlflow/registered-models/update", "body"],
  update_registered_model_permission: ["PATCH", "/api/2.0/mlflow/registered-models/permissions/update", "body"],
  update_role: ["PATCH", "/api/3.0/mlflow/roles/update", "body"],
  update_role_permission: ["PATCH", "/api/3.0/mlflow/roles/permissions/update", "body"],
  update_run: ["POST", "/api/2.0/mlflow/runs/update", "body"],
  update_user_admin: ["PATCH", "/api/2.0/mlflow/users/update-admin", "body"],
  update_user_password: ["PATCH", "/api/2.0/mlflow/users/update-password", "body"],
  update_webhook: ["PATCH", "/api/2.0/mlflow/webhooks/{webhook_id}", "body"],
  update_workspace: ["PATCH", "/api/3.0/mlflow/workspaces/{workspace_name}", "body"],
  who_am_i: ["GET", "/api/trialog/v1/me", "query"],
};

/** What addresses of bytes are made of. */
export interface Files {
  readonly download_artifact: { readonly request: ArtifactPath };
  readonly export_audit_records: { readonly request: ExportAuditRecords };
  readonly get_logged_model_artifact_archive: { readonly request: GetLoggedModelArtifactArchive };
  readonly get_logged_model_artifact_file: { readonly request: GetLoggedModelArtifactFile };
  readonly get_model_version_artifact: { readonly request: GetModelVersionArtifact };
  readonly get_model_version_artifact_archive: { readonly request: GetModelVersionArtifactArchive };
  readonly get_run_artifact: { readonly request: GetRunArtifact };
  readonly get_run_artifact_archive: { readonly request: GetRunArtifactArchive };
  readonly view_logged_model_artifact: { readonly request: ViewLoggedModelArtifact };
  readonly view_model_version_artifact: { readonly request: ViewModelVersionArtifact };
  readonly view_run_artifact: { readonly request: ViewRunArtifact };
}

/** Paths under which bytes are fetched. */
export const filePaths: Readonly<Record<keyof Files, string>> = {
  download_artifact: "/api/2.0/mlflow-artifacts/artifacts/{path:path}",
  export_audit_records: "/api/trialog/v1/audit/export",
  get_logged_model_artifact_archive: "/api/trialog/v1/logged-models/{model_id}/artifacts/archive",
  get_logged_model_artifact_file: "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
  get_model_version_artifact: "/model-versions/get-artifact",
  get_model_version_artifact_archive: "/api/trialog/v1/models/{name}/versions/{version}/artifacts/archive",
  get_run_artifact: "/get-artifact",
  get_run_artifact_archive: "/api/trialog/v1/runs/{run_id}/artifacts/archive",
  view_logged_model_artifact: "/api/trialog/v1/logged-models/{model_id}/artifacts/view",
  view_model_version_artifact: "/api/trialog/v1/models/{name}/versions/{version}/artifacts/view",
  view_run_artifact: "/api/trialog/v1/runs/{run_id}/artifacts/view",
};
