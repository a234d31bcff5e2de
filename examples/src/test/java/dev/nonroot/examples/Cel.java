package dev.nonroot.examples;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.CelValue;
import dev.cel.common.values.OpaqueValue;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.HomogeneousLiteralValidator;
import io.kubernetes.client.openapi.models.V1Capabilities;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1ResourceRequirements;
import io.kubernetes.client.openapi.models.V1SeccompProfile;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Evaluates the policy's expressions as an API server does: with {@code object} and {@code
 * variables}, and with {@code Object…{}} and {@code JSONPatch{}} to make values.
 */
final class Cel {
  private final dev.cel.bundle.Cel cel =
      CelFactory.standardCelBuilder()
          .setOptions(CelOptions.current().enableCelValue(true).build())
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("object", SimpleType.DYN)
          .addVar("variables", MapType.create(SimpleType.STRING, SimpleType.DYN))
          .setTypeProvider(new Types())
          .setValueProvider((name, fields) -> Optional.of(OpaqueValue.create(name, fields)))
          .addCompilerLibraries(CelExtensions.strings())
          .addRuntimeLibraries(CelExtensions.strings())
          .build();

  /** As in an API server, a literal list or map has elements of one type. */
  private final CelValidator validator =
      CelValidatorFactory.standardCelValidatorBuilder(cel)
          .addAstValidators(HomogeneousLiteralValidator.newInstance())
          .build();

  /** The value of an expression, as JSON. */
  JsonElement evaluate(String expression, Object object, Map<String, Object> variables) {
    return new Gson().toJsonTree(value(expression, object, variables));
  }

  /** The value of an expression, which another one can have as a variable. */
  Object value(String expression, Object object, Map<String, Object> variables) {
    try {
      CelAbstractSyntaxTree ast = cel.compile(expression).getAst();
      validator.validate(ast).getAst();
      Object value = cel.createProgram(ast).eval(Map.of("object", object, "variables", variables));
      return plain(value);
    } catch (Exception e) {
      throw new IllegalArgumentException(expression + ": " + e.getMessage(), e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof CelValue wrapped) {
      return plain(wrapped.value());
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Cel::plain).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach((key, of) -> plain.put((String) plain(key), plain(of)));
      return plain;
    }
    return value;
  }

  private static final class Types implements CelTypeProvider {
    private static final Map<String, Set<String>> FIELDS =
        Map.ofEntries(
            Map.entry("JSONPatch", Set.of("op", "path", "from", "value")),
            Map.entry("Object", V1Pod.openapiFields),
            Map.entry("spec", V1PodSpec.openapiFields),
            Map.entry("volumes", V1Volume.openapiFields),
            Map.entry("emptyDir", V1EmptyDirVolumeSource.openapiFields),
            Map.entry("containers", V1Container.openapiFields),
            Map.entry("initContainers", V1Container.openapiFields),
            Map.entry("env", V1EnvVar.openapiFields),
            Map.entry("volumeMounts", V1VolumeMount.openapiFields),
            Map.entry("resources", V1ResourceRequirements.openapiFields),
            Map.entry("securityContext", V1SecurityContext.openapiFields),
            Map.entry("capabilities", V1Capabilities.openapiFields),
            Map.entry("seccompProfile", V1SeccompProfile.openapiFields));

    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.of();
    }

    /** The fields by the last part of a name, {@code Object.spec.containers}. */
    @Override
    public Optional<CelType> findType(String name) {
      if (!name.startsWith("Object.") && !name.equals("Object") && !name.equals("JSONPatch")) {
        return Optional.empty();
      }
      return Optional.ofNullable(FIELDS.get(name.substring(name.lastIndexOf('.') + 1)))
          .map(
              fields ->
                  StructType.create(
                      name, ImmutableSet.copyOf(fields), field -> Optional.of(SimpleType.DYN)));
    }
  }
}
