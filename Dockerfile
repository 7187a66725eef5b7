# syntax=docker/dockerfile:1
# Builds the jar and a Java runtime with what it uses, nothing else, beside the filesystem tools.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY proto proto
COPY linux linux
COPY testing testing
COPY store store
COPY rpc rpc
COPY identity identity
COPY controller controller
COPY node node
COPY driver driver
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q -B -ntp -Dquick -DskipTests -pl driver -am package
RUN jlink --add-modules java.base,java.logging,java.management,java.naming,java.xml,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 --output /runtime

FROM debian:trixie-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Nook" \
      org.opencontainers.image.description="A CSI driver that turns the local disk of every Kubernetes node into real volumes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
RUN apt-get update \
 && apt-get install -y --no-install-recommends e2fsprogs xfsprogs btrfs-progs \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /runtime /opt/java
COPY --from=build /src/driver/target/nook.jar /opt/nook/nook.jar
COPY LICENSE /opt/nook/LICENSE
# Root and CAP_SYS_ADMIN are what mounting takes: run it privileged, with the host's /dev.
ENTRYPOINT ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-Xss512k", \
  "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "-Dio.netty.jfr.enabled=false", \
  "-jar", "/opt/nook/nook.jar"]
CMD ["serve"]
