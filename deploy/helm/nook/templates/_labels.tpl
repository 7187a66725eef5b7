{{- define "nook.selector" -}}
app.kubernetes.io/name: nook
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "nook.labels" -}}
{{ include "nook.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
