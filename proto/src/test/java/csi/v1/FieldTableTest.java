package csi.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Holds the built descriptors against `csi-fields.tsv`, the table of CSI 1.13, in both directions.
class FieldTableTest {
  /// Where the table says `mutable_parameters` and `csi.proto` says `mutable_params`.
  private static final Set<String> RENAMED =
      Set.of(
          "CreateVolumeRequest",
          "ValidateVolumeCapabilitiesRequest",
          "ValidateVolumeCapabilitiesResponse.Confirmed");

  private static final FileDescriptor BUILT = Csi.getDescriptor();

  private final List<String> rows = new ArrayList<>();

  @Test
  void theDescriptorsAreTheTableOfTheSpecification() throws IOException {
    List<String> table = table();

    BUILT.getServices().forEach(service -> addService(service));
    BUILT.getExtensions().forEach(this::addExtension);
    BUILT.getEnumTypes().forEach(this::addEnum);
    BUILT.getMessageTypes().forEach(this::addMessage);

    assertThat(table).hasSize(350);
    assertThat(rows).containsExactlyInAnyOrderElementsOf(table);
  }

  @Test
  void aRenamedFieldKeepsItsJsonName() {
    FieldDescriptor renamed = Csi.CreateVolumeRequest.getDescriptor().findFieldByNumber(8);

    assertThat(renamed.getName()).isEqualTo("mutable_params");
    assertThat(renamed.getJsonName()).isEqualTo("mutableParameters");
  }

  private static List<String> table() throws IOException {
    try (InputStream in = FieldTableTest.class.getResourceAsStream("/csi-fields.tsv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(FieldTableTest::renamed)
          .toList();
    }
  }

  private static String renamed(String row) {
    String[] cells = row.split("\t", -1);
    if (cells[2].equals("mutable_parameters") && RENAMED.contains(cells[1])) {
      cells[2] = "mutable_params";
    }
    return String.join("\t", cells);
  }

  private void addService(com.google.protobuf.Descriptors.ServiceDescriptor service) {
    if (!options(service.getOptions()).isEmpty()) {
      add("service", service.getName(), "", "", "", "", "", options(service.getOptions()));
    }
    for (MethodDescriptor method : service.getMethods()) {
      String label = method.isServerStreaming() ? "server-streaming" : "";
      String type = name(method.getInputType()) + " -> " + name(method.getOutputType());
      String options = options(method.getOptions());
      assertThat(method.isClientStreaming()).isFalse();
      add("rpc", service.getName(), method.getName(), "", label, type, "", options);
    }
  }

  private void addExtension(FieldDescriptor field) {
    String in = field.getContainingType().getFullName();
    add("extension", in, field.getName(), number(field), "optional", type(field), "", "");
  }

  private void addEnum(EnumDescriptor type) {
    assertThat(options(type.getOptions())).isEmpty();
    type.getValues()
        .forEach(value -> {
          String number = Integer.toString(value.getNumber());
          String options = options(value.getOptions());
          add("enum", name(type), value.getName(), number, "", "", "", options);
        });
  }

  private void addMessage(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    String options = options(message.getOptions());
    if (message.getFields().isEmpty() || !options.isEmpty()) {
      add("message", name(message), "", "", "", "", "", options);
    }
    message.getFields().forEach(field -> addField(message, field));
    for (ReservedRange range : message.toProto().getReservedRangeList()) {
      String numbers = "%d-%d".formatted(range.getStart(), range.getEnd() - 1);
      add("reserved", name(message), "", numbers, "", "", "", "");
    }
    assertThat(message.toProto().getReservedNameList()).isEmpty();
    message.getEnumTypes().forEach(this::addEnum);
    message.getNestedTypes().forEach(this::addMessage);
  }

  private void addField(Descriptor message, FieldDescriptor field) {
    var oneof = field.getContainingOneof();
    add(
        "field",
        name(message),
        field.getName(),
        number(field),
        field.isMapField() ? "map" : field.isRepeated() ? "repeated" : "singular",
        type(field),
        oneof == null ? "" : oneof.getName(),
        options(field.getOptions()));
  }

  private void add(String... cells) {
    rows.add(String.join("\t", cells));
  }

  private static String number(FieldDescriptor field) {
    return Integer.toString(field.getNumber());
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<%s,%s>"
          .formatted(type(entry.findFieldByNumber(1)), type(entry.findFieldByNumber(2)));
    }
    return switch (field.getType()) {
      case MESSAGE -> name(field.getMessageType());
      case ENUM -> name(field.getEnumType());
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String name(com.google.protobuf.Descriptors.GenericDescriptor type) {
    String name = type.getFullName();
    return name.startsWith("csi.v1.") ? name.substring("csi.v1.".length()) : name;
  }

  private static String options(Message options) {
    return options.getAllFields().entrySet().stream()
        .map(option -> option.getKey().getName() + "=" + option.getValue())
        .collect(Collectors.joining(","));
  }
}
