# syntax=docker/dockerfile:1
# The jar, a Java runtime with what it uses, and an archive of its classes, beside the filesystem
# tools. docker, podman and buildah build it; ./nook image does, also where no registry is reached.
ARG BASE=debian:trixie-slim
ARG JDK=eclipse-temurin:25-jdk

# One jar serves every architecture, so it is compiled on the one at hand.
FROM --platform=$BUILDPLATFORM ${JDK} AS jar
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
COPY client client
COPY driver driver
COPY tools tools
COPY deploy/pom.xml deploy/pom.xml
RUN --mount=type=cache,target=/root/.m2 ./mvnw -q -B -ntp -Dquick -DskipTests -pl tools -am package \
 && cp tools/target/nook.jar /nook.jar

# What runs: only the modules that are used, only the target's native code.
FROM ${JDK} AS runtime
COPY --from=jar /nook.jar /nook.jar
RUN --mount=type=bind,source=driver/image,target=/run/image /run/image/runtime /nook.jar /made

FROM ${BASE} AS tools
RUN --mount=type=bind,source=driver/image,target=/run/image /run/image/tools

# The archive names the runtime and the jar by their places, so it is made where they will be.
FROM tools AS archive
ARG SOURCE_DATE_EPOCH=0
COPY --from=runtime /made /opt
COPY driver/image/jvm.options LICENSE /opt/nook/
RUN --mount=type=bind,source=driver/image,target=/run/image /run/image/archive

FROM tools
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Nook" \
      org.opencontainers.image.description="A CSI driver that turns the local disk of every Kubernetes node into real volumes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=archive /opt /opt
COPY driver/image/nook /usr/local/bin/nook
RUN --mount=type=bind,source=driver/image,target=/run/image /run/image/uses-archive
# Root and CAP_SYS_ADMIN are what mounting takes: run it privileged, with the host's /dev.
ENTRYPOINT ["/opt/java/bin/java", "@/opt/nook/jvm.options", "-jar", "/opt/nook/nook.jar"]
CMD ["serve"]
