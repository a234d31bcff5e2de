# Stands for an image that is somebody else's and cannot be rebuilt: no agent, no USER, so root.
ARG JAVA_IMAGE=docker.io/library/eclipse-temurin:21-jre
FROM ${JAVA_IMAGE}
COPY target/app.jar /app/app.jar
EXPOSE 8080
CMD ["java", "-jar", "/app/app.jar"]
