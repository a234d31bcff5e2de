package dev.nonroot.examples;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.common.values.CelValue;
import dev.cel.extensions.CelExtensions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates the policy's expressions as an API server does: with {@code object} and {@code
 * variables}, and with {@code Object…{}} and {@code JSONPatch{}} to make values. Which fields an
 * object has is left to the model that the result is checked against.
 */
final class Cel {
  private final dev.cel.bundle.Cel cel =
      CelFactory.standardCelBuilder()
          .setOptions(
              CelOptions.current().enableCelValue(true).enableHomogeneousLiterals(true).build())
          .addVar("object", SimpleType.DYN)
          .addVar("variables", MapType.create(SimpleType.STRING, SimpleType.DYN))
          .setTypeProvider(new Types())
          .setValueProvider((name, fields) -> Optional.of(new Literal(name, fields)))
          .addCompilerLibraries(CelExtensions.strings())
          .addRuntimeLibraries(CelExtensions.strings())
          .build();

  /** The value of an expression, as JSON. */
  JsonElement evaluate(String expression, Object object, Map<String, Object> variables) {
    return new Gson().toJsonTree(value(expression, object, variables));
  }

  /** The value of an expression, which another one can have as a variable. */
  Object value(String expression, Object object, Map<String, Object> variables) {
    try {
      Object value =
          cel.createProgram(cel.compile(expression).getAst())
              .eval(Map.of("object", object, "variables", variables));
      return plain(value);
    } catch (Exception e) {
      throw new IllegalArgumentException(expression, e);
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
    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.of();
    }

    @Override
    public Optional<CelType> findType(String name) {
      return name.equals("JSONPatch") || name.equals("Object") || name.startsWith("Object.")
          ? Optional.of(
              StructType.create(name, ImmutableSet.of(), field -> Optional.of(SimpleType.DYN)))
          : Optional.empty();
    }
  }

  private static final class Literal extends CelValue {
    private final String name;
    private final Map<String, Object> fields;

    Literal(String name, Map<String, Object> fields) {
      this.name = name;
      this.fields = fields;
    }

    @Override
    public Object value() {
      return fields;
    }

    @Override
    public boolean isZeroValue() {
      return false;
    }

    @Override
    public CelType celType() {
      return StructTypeReference.create(name);
    }
  }
}
