{{/* A pool as the driver's --pool reads it. */}}
{{- define "nook.pool" -}}
{{ .name }}={{ .path }}
{{- range $key := list "image" "fs" "size" "reserve" "overcommit" "volumes" "snapshots" }}
{{- with index $ $key }},{{ $key }}={{ . }}{{ end }}
{{- end }}
{{- end }}

{{/*
The folders of the host that the driver sees, no more than it needs: a plain pool's own; the one in
which a pool image lies and is mounted, so that its mount outlives the container. A folder that lies
in another one of them is seen through it: mounted a second time, it would be mounted on the host
too. It is "made" instead: mounted elsewhere, so that kubelet makes it.
*/}}
{{- define "nook.folders" -}}
{{- $folders := dict }}
{{- range $pool := .Values.pools }}
  {{- include "nook.refuseFolder" (dict "path" $pool.path "kubeletDir" $.Values.kubeletDir) }}
  {{- range $i, $other := $.Values.pools }}
    {{- if eq $other.name $pool.name }}
      {{- if ne $other.path $pool.path }}{{ fail (printf "pools: two are called %s" $pool.name) }}{{ end }}
    {{- else if hasPrefix (printf "%s/" $other.path) (printf "%s/" $pool.path) }}
      {{- fail (printf "pools: %s lies in %s" $pool.name $other.name) }}
    {{- end }}
  {{- end }}
{{- end }}
{{- range .Values.pools }}
  {{- $folder := ternary (dir .path) .path (hasKey . "image") }}
  {{- $known := get $folders $folder | default (dict "image" false "mustExist" false) }}
  {{- $_ := set $folders $folder (dict
        "image" (or $known.image (hasKey . "image"))
        "mustExist" (or $known.mustExist (.mustExist | default false))) }}
{{- end }}
{{- $seen := list }}
{{- $made := list }}
{{- range $path := keys $folders | sortAlpha }}
  {{- include "nook.refuseFolder" (dict "path" $path "kubeletDir" $.Values.kubeletDir) }}
  {{- $folder := set (get $folders $path) "path" $path }}
  {{- $above := dict }}
  {{- range $seen }}
    {{- if hasPrefix (printf "%s/" .path) $path }}{{ $above = . }}{{ end }}
  {{- end }}
  {{- if not $above }}
    {{- $seen = append $seen $folder }}
  {{- else if and $folder.image (not $above.image) }}
    {{- fail (printf "pools: an image in %s lies in the pool at %s" $path $above.path) }}
  {{- else if not $folder.mustExist }}
    {{- $made = append $made $path }}
  {{- end }}
{{- end }}
{{- dict "seen" $seen "made" $made | toYaml }}
{{- end }}

{{/* A pool can neither lie in a folder that is not its own nor hide what the container needs. */}}
{{- define "nook.refuseFolder" }}
{{- $folder := .path }}
{{- range list "/dev" "/proc" "/sys" "/tmp" .kubeletDir }}
  {{- if hasPrefix (printf "%s/" .) (printf "%s/" $folder) }}
    {{- fail (printf "pools: %s lies in %s" $folder .) }}
  {{- end }}
{{- end }}
{{- range list "/bin" "/dev" "/etc/nook" "/lib" "/opt/java" "/opt/nook" "/run" "/sbin" "/usr/bin" .kubeletDir }}
  {{- if or (eq $folder "/") (hasPrefix (printf "%s/" $folder) (printf "%s/" .)) }}
    {{- fail (printf "pools: %s would hide %s of the container" $folder .) }}
  {{- end }}
{{- end }}
{{- end }}
