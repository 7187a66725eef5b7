{{/* What all three sidecars have in common; they talk to the driver and to the API server alone. */}}
{{- define "nook.sidecar" -}}
imagePullPolicy: {{ .Values.image.pullPolicy }}
# Root, for the driver's socket is root's alone; with none of root's powers.
securityContext:
  runAsUser: 0
  runAsGroup: 0
  privileged: false
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
  {{- with .Values.sidecars.seLinuxOptions }}
  seLinuxOptions:
    {{- toYaml . | nindent 4 }}
  {{- end }}
terminationMessagePolicy: FallbackToLogsOnError
volumeMounts:
  - name: socket
    mountPath: /csi
{{- end }}
