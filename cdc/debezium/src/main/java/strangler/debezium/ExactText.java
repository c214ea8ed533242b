package strangler.debezium;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/**
 * Sends every column as text that Postgres reads back as the same value. Debezium's own conversions lose some:
 * arrays of arrays, NaN in numeric[], the zone of timetz, the length of varbit; and an unchanged numeric[] that
 * is stored out of line ends its task.
 */
public final class ExactText implements CustomConverter<SchemaBuilder, RelationalColumn> {
  /** Without the year, of which Postgres prints all digits and the era apart. */
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("-MM-dd");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** Stands for a large value that was not logged, because it did not change. */
  private String unchanged;

  @Override
  public void configure(Properties settings) {
    unchanged = settings.getProperty("unchanged");
    if (unchanged == null) throw new IllegalArgumentException("the converter's setting `unchanged` is missing");
  }

  @Override
  public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    boolean isBytes = "bytea".equals(column.typeName());
    registration.register(SchemaBuilder.string().optional(), value -> text(value, isBytes));
  }

  private String text(Object value, boolean isBytes) {
    if (value == null) return null;
    if (UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)) return unchanged;
    if (value instanceof String text) return text;
    if (value instanceof Boolean is) return is ? "t" : "f";
    if (value instanceof byte[] bytes) {
      return isBytes ? "\\x" + HexFormat.of().formatHex(bytes) : new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof SpecialValueDecimal number) return number(number);
    if (value instanceof BigDecimal number) return number.toPlainString();
    if (value instanceof Number number) return number.toString();
    if (value instanceof LocalDate date) return date(date);
    if (value instanceof OffsetDateTime moment) return zoned(moment);
    if (value instanceof Instant moment) return moment(moment);
    if (value instanceof PGInterval interval) return interval.getValue();
    if (value instanceof PGobject object) return object.getValue();
    if (value instanceof java.sql.Array array) return array.toString();
    throw new IllegalArgumentException("no text is known for a value of " + value.getClass().getName());
  }

  private static String number(SpecialValueDecimal number) {
    return number.getDecimalValue().map(BigDecimal::toPlainString).orElseGet(() -> switch (number.toString()) {
      case "POSITIVE_INFINITY" -> "Infinity";
      case "NEGATIVE_INFINITY" -> "-Infinity";
      default -> "NaN";
    });
  }

  private static String date(LocalDate date) {
    if (date.equals(PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE)) return "infinity";
    if (date.equals(PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE)) return "-infinity";
    return day(date) + era(date);
  }

  private static String zoned(OffsetDateTime moment) {
    if (moment.equals(PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME)) return "infinity";
    if (moment.equals(PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME)) return "-infinity";
    LocalDateTime utc = moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    return dayAndTime(utc) + "+00" + era(utc.toLocalDate());
  }

  private static String moment(Instant moment) {
    if (moment.equals(PostgresValueConverter.POSITIVE_INFINITY_INSTANT)) return "infinity";
    if (moment.equals(PostgresValueConverter.NEGATIVE_INFINITY_INSTANT)) return "-infinity";
    LocalDateTime utc = LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
    return dayAndTime(utc) + era(utc.toLocalDate());
  }

  private static String dayAndTime(LocalDateTime at) {
    return day(at.toLocalDate()) + " " + time(at.toLocalTime());
  }

  private static String day(LocalDate date) {
    int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
    return String.format("%04d", year) + DATE.format(date);
  }

  private static String era(LocalDate date) {
    return date.getYear() > 0 ? "" : " BC";
  }

  private static String time(LocalTime time) {
    String seconds = TIME.format(time);
    if (time.getNano() == 0) return seconds;
    return seconds + "." + String.format("%06d", time.getNano() / 1000).replaceAll("0+$", "");
  }
}
