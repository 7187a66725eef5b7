{{/* The arguments that all sidecars have in common. */}}
{{- define "nook.sidecar.flags" -}}
- --kube-api-qps={{ .Values.sidecars.apiRate.qps }}
- --kube-api-burst={{ .Values.sidecars.apiRate.burst }}
- --v={{ .Values.logLevel }}
{{- end }}
{{/* What all three sidecars have in common; they talk to the driver and to the API server alone. */}}
{{- define "nook.sidecar" -}}
imagePullPolicy: {{ .Values.image.pullPolicy }}
# Root, because only root may open the driver's socket, but with no capability.
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
