package dev.nook.controller;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Puts a canary into every place of every call that may hold a secret, and looks for it.
class SecretsTest {
  private static final String CANARY = "canary-4711";

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.nook");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws Exception {
    logger.setLevel(Level.ALL);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
    node = Node.withPool(folder);
  }

  @AfterEach
  void stop() throws Exception {
    logger.detachAppender(lines);
    node.close();
  }

  @Test
  void noCallLeavesASecretInALogInAFileOrInAnError() throws IOException {
    List<MethodDescriptor<?, ?>> calls =
        List.copyOf(ControllerGrpc.getServiceDescriptor().getMethods());
    String id = node.make(withSecrets(Node.volume("v"))).getVolumeId();

    for (MethodDescriptor<?, ?> call : calls) {
      call(call, id);
    }

    assertThat(lines.list).hasSize(calls.size() + 1);
    assertThat(lines.list).noneMatch(line -> text(line).contains(CANARY));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).filter(file -> file.endsWith("meta")))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().doesNotContain(CANARY));
    }
  }

  private <A, B> void call(MethodDescriptor<A, B> method, String id) {
    Message empty = (Message) method.parseRequest(new ByteArrayInputStream(new byte[0]));
    Message.Builder request = withSecrets(empty.toBuilder());
    set(request, "volume_id", id);
    set(request, "name", "another");
    set(request, "source_volume_id", id);
    FieldDescriptor wanted = field(request, "volume_capabilities");
    if (wanted != null) {
      request.addRepeatedField(
          wanted,
          Node.mount(
              Csi.VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER, "", "password=" + CANARY));
    }
    try {
      B _ =
          ClientCalls.blockingUnaryCall(
              node.channel, method, CallOptions.DEFAULT, cast(request.build()));
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getDescription()).doesNotContain(CANARY);
    }
  }

  @SuppressWarnings("unchecked") // The message was made from the method's own type.
  private static <A> A cast(Message request) {
    return (A) request;
  }

  private static <T extends Message.Builder> T withSecrets(T request) {
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (field.getOptions().getExtension(Csi.csiSecret)) {
        var entry = request.newBuilderForField(field);
        set(entry, "key", CANARY);
        set(entry, "value", CANARY);
        request.addRepeatedField(field, entry.build());
      }
    }
    return request;
  }

  private static void set(Message.Builder message, String name, String value) {
    FieldDescriptor field = field(message, name);
    if (field != null) {
      message.setField(field, value);
    }
  }

  private static @org.jspecify.annotations.Nullable FieldDescriptor field(
      Message.Builder message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  private static String text(ILoggingEvent line) {
    return line.getFormattedMessage()
        + (line.getThrowableProxy() == null
            ? ""
            : ThrowableProxyUtil.asString(line.getThrowableProxy()));
  }
}
